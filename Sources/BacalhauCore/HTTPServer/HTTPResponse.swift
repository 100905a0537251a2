/// An answer. The fields of framing, `Connection` and `Date` are the server's.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: Body

    public enum Body: Sendable {
        case bytes([UInt8])
        /// A piece of a file, sent without passing through memory.
        case file(path: String, offset: UInt64, length: UInt64)
        /// Written piece by piece; without a length in chunks.
        case stream(length: Int64?, @Sendable (HTTPBodyWriter) async throws -> Void)
        /// Takes the connection over. Only for requests that ask for it.
        case webSocket(@Sendable (WebSocketConnection) async -> Void)
    }

    public init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Turns the connection into a WebSocket, which is closed when `handler` returns.
    public static func webSocket(_ handler: @escaping @Sendable (WebSocketConnection) async -> Void) -> HTTPResponse {
        HTTPResponse(status: 101, body: .webSocket(handler))
    }
}
