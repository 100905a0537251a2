import BacalhauCore

/// The flags for what clients of the API may use.
enum HTTPFlags {
    /// Takes a flag, if it is one of these.
    ///
    /// - Returns: whether it was.
    /// - Throws: `.badRequest` naming the flag and what is right.
    static func apply(
        _ flag: String, _ value: () throws(BacalhauError) -> String, to limits: inout APILimits
    ) throws(BacalhauError) -> Bool {
        switch flag {
        case "--http-max-connections": limits.connectionsMax = try count(value(), flag)
        case "--http-header-timeout": limits.headerTimeout = try time(value(), flag)
        case "--http-request-timeout": limits.requestTimeout = try time(value(), flag)
        case "--http-idle-timeout": limits.idleTimeout = try time(value(), flag)
        case "--http-write-timeout": limits.writeTimeout = try time(value(), flag)
        default: return false
        }
        return true
    }

    private static func count(_ text: String, _ flag: String) throws(BacalhauError) -> Int {
        guard let count = Int(text), (1...65_000).contains(count) else {
            throw BacalhauError(
                .badRequest, "invalid argument \"\(text)\" for \(flag): write a whole number from 1 to 65000")
        }
        return count
    }

    private static func time(_ text: String, _ flag: String) throws(BacalhauError) -> Duration {
        guard let seconds = RetentionFlags.seconds(text), (1...86_400).contains(seconds) else {
            throw BacalhauError(
                .badRequest,
                "invalid argument \"\(text)\" for \(flag): write seconds, minutes or hours like 20s, from 1s to 24h")
        }
        return .seconds(seconds)
    }

    static let usage = """
          --http-max-connections N         connections of clients at one time (default 4096)
          --http-header-timeout TIME       how long a request's header may take (default 5s)
          --http-request-timeout TIME      how long a whole request may take to arrive (default 20s)
          --http-idle-timeout TIME         how long a connection without a request is kept (default 75s)
          --http-write-timeout TIME        how long a reply waits for a client that takes none of it (default 45s)
        """
}
