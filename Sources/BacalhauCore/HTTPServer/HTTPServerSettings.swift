/// Bounds of an HTTP server.
public struct HTTPServerSettings: Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free one.
    public var port: UInt16 = 0
    public var threadCount = 2
    public var connectionCountMax = 4096
    public var headerBytesMax = 32 << 10
    /// v1.4.0's figure.
    public var bodyBytesMax = 10_000_000
    public var bufferedBodyBytesMax = 256 << 20
    public var messageBytesMax = 64 << 10
    public var headerTimeout: Duration = .seconds(5)
    public var requestTimeout: Duration = .seconds(20)
    public var idleTimeout: Duration = .seconds(75)
    public var writeTimeout: Duration = .seconds(45)
    public var pingInterval: Duration = .seconds(30)
    /// Requests that wait for a handler; the next ones are told to come back.
    public var waitingCountMax = 4096
    /// How long running requests may take when the server stops.
    public var stopGrace: Duration = .seconds(5)

    public init() {}
}

/// Why a server could not start, or a peer could not be written to.
public enum HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    case cannotListen(String)
    case peerGone

    public var description: String {
        switch self {
        case .cannotListen(let reason): "cannot listen: \(reason)"
        case .peerGone: "the client closed the connection"
        }
    }
}
