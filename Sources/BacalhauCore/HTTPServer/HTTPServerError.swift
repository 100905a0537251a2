/// Why the HTTP server, or a transfer on one of its connections, cannot go on.
public enum HTTPServerError: Error, Sendable, Equatable {
    /// A configuration value is out of its range.
    case invalidConfiguration(String)
    /// The address cannot be listened on.
    case cannotListen(address: String, reason: String)
    /// ``HTTPServer/start()`` may be called once.
    case alreadyStarted
    /// ``HTTPServer/run(wantsBody:handler:)`` needs a started server, and may be called once.
    case notReadyToRun
    /// The connection is closed: the client went away, the server cut it, or the exchange is over.
    case connectionClosed
    /// A request target that is no absolute path or URL, or whose percent-encoding is broken.
    case malformedTarget(String)
}

extension HTTPServerError: CustomStringConvertible {
    /// A sentence for people.
    public var description: String {
        switch self {
        case .invalidConfiguration(let reason): "invalid HTTP server configuration: \(reason)"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .alreadyStarted: "the HTTP server was started before"
        case .notReadyToRun: "the HTTP server was not started, or has been run before"
        case .connectionClosed: "the connection is closed"
        case .malformedTarget(let target): "malformed request target \(target.debugDescription)"
        }
    }
}
