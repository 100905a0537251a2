/// Where an ``HTTPServer`` listens and what it lets clients use.
public struct HTTPServerConfiguration: Sendable, Equatable {
    /// Numeric IPv4 or IPv6 address to listen on, or a name to resolve. `::` listens for both families.
    public var host: String
    /// TCP port; 0 picks a free one, which ``HTTPServer/start()`` returns.
    public var port: Int
    /// Speaks HTTPS with this certificate; `nil` speaks plain HTTP.
    public var tls: HTTPServerTLS?
    /// Threads for input and output, 1 to 64.
    public var ioThreads: Int
    /// Connections at one time, 1 to 65 000. Further ones get a 503 and are closed.
    public var maximumConnections: Int
    /// Requests that wait for a handler at one time. Further ones get a 503.
    public var maximumWaitingRequests: Int
    /// Bytes of request line and header fields; over it 431, or 414 when the request line alone is too long.
    public var maximumHeaderBytes: Int
    /// Bytes of one request body; over it 413.
    public var maximumBodyBytes: Int
    /// Bytes of all request bodies held at one time; over it 503. Of the second half one client (an IPv4 address, 64
    /// bits of an IPv6 address) gets none once it holds a quarter of all.
    public var maximumBufferedBodyBytes: Int
    /// Bytes of one received WebSocket message; over it the connection is closed with 1009.
    public var maximumWebSocketMessageBytes: Int
    /// From a request's first byte to the end of its header; over it 408.
    public var headerTimeout: Duration
    /// From a request's first byte to its last; over it 408.
    public var requestTimeout: Duration
    /// How long a connection is kept without a request.
    public var idleTimeout: Duration
    /// How long a reply waits for a client that takes none of it, before the connection is cut.
    public var writeTimeout: Duration
    /// Time between pings on a silent WebSocket; it is dropped after twice this time without an answer.
    public var webSocketPingInterval: Duration
    /// How long running requests may go on once the server stops.
    public var stopGrace: Duration

    /// Makes a configuration with the usual limits.
    public init(host: String = "127.0.0.1", port: Int = 0) {
        self.host = host
        self.port = port
        ioThreads = 2
        maximumConnections = 4096
        maximumWaitingRequests = 1024
        maximumHeaderBytes = 32 * 1024
        maximumBodyBytes = 10_000_000
        maximumBufferedBodyBytes = 256_000_000
        maximumWebSocketMessageBytes = 64 * 1024
        headerTimeout = .seconds(5)
        requestTimeout = .seconds(20)
        idleTimeout = .seconds(75)
        writeTimeout = .seconds(45)
        webSocketPingInterval = .seconds(30)
        stopGrace = .seconds(10)
    }
}
