public import BacalhauHTTPClient

/// The reply of a handler.
public struct HTTPResponse: Sendable {
    /// What follows the header. Requests and statuses without a body (HEAD, 204, 304) get only the header.
    public enum Body: Sendable {
        /// The whole body.
        case bytes([UInt8])
        /// `length` bytes of a file from `offset`, sent without passing through the handler. The file is opened when
        /// the handler has returned; one that cannot be opened or is too short is answered with 500.
        case file(path: String, offset: Int, length: Int)
        /// A body written piece by piece; `contentLength` when it is known. An error that the closure throws, and a
        /// body that is not as long as declared, cut the connection so that the client sees a broken transfer. The
        /// closure's task is cancelled when the client goes away.
        case stream(contentLength: Int?, @Sendable (HTTPBodyWriter) async throws -> Void)
        /// Accepts a WebSocket handshake; other requests get a 426. The response's status and header fields are not
        /// sent. The connection is closed with 1000 when the closure returns and with 1011 when
        /// it throws. The closure's task is cancelled when the peer closes or is gone.
        case webSocket(@Sendable (WebSocketConnection) async throws -> Void)
    }

    /// The status code, 200 to 599; anything else is answered as 500.
    public var status: Int
    /// The header fields. `Content-Length`, `Transfer-Encoding`, `Connection` and `Date` are the server's own; of
    /// `Connection` only the value `close` counts. A name or value that HTTP does not allow is answered with 500.
    public var headers: HTTPHeaders
    /// What follows the header.
    public var body: Body

    /// Makes a response.
    public init(status: Int, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
