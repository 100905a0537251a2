/// What clients of the REST API may use of the node. See ``HTTPServerConfiguration`` for the limits that are fixed.
public struct APILimits: Sendable, Hashable {
    /// Connections at one time; further ones get a 503. Fewer when the process may not open so many files.
    public var connectionsMax = 4096
    /// From a request's first byte to the end of its header; over it 408.
    public var headerTimeout: Duration = .seconds(5)
    /// From a request's first byte to its last; over it 408.
    public var requestTimeout: Duration = .seconds(20)
    /// How long a connection is kept without a request.
    public var idleTimeout: Duration = .seconds(75)
    /// How long a reply waits for a client that takes none of it.
    public var writeTimeout: Duration = .seconds(45)

    /// Makes the usual limits.
    public init() {}

    func apply(to settings: inout HTTPServerConfiguration) {
        settings.maximumConnections = connectionsMax
        settings.headerTimeout = headerTimeout
        settings.requestTimeout = requestTimeout
        settings.idleTimeout = idleTimeout
        settings.writeTimeout = writeTimeout
    }
}
