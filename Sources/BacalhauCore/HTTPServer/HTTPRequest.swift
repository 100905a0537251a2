public import BacalhauHTTPClient

/// A whole request as a handler gets it.
public struct HTTPRequest: Sendable {
    /// One name and value of the query, decoded.
    public struct QueryItem: Sendable, Equatable {
        /// The decoded name.
        public var name: String
        /// The decoded value; empty when the item had none.
        public var value: String

        /// Makes an item.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The method as sent, such as `GET`; methods are case-sensitive.
    public let method: String
    /// The request target as sent: an absolute path with its query, or a whole URL.
    public let target: String
    /// The path with percent-encoding resolved.
    public let path: String
    /// The path as sent.
    public let rawPath: String
    /// The query's items in order.
    public let query: [QueryItem]
    /// Whether the target has a query, even an empty one.
    public let hasQuery: Bool
    /// The header fields in order.
    public let headers: HTTPHeaders
    /// The body; empty when there was none.
    public let body: [UInt8]
    /// Address and port of the client, such as `127.0.0.1:50000` or `[::1]:50000`.
    public let remoteAddress: String
    /// Whether the request is a correct WebSocket handshake, so that ``HTTPResponse/Body/webSocket(_:)`` can answer it.
    public let isWebSocketHandshake: Bool
    /// Whether the request has a body that was left unread, as the server was told that it is not worth waiting for
    /// (``HTTPServer/run(wantsBody:handler:)``).
    public let lacksBody: Bool

    /// Makes a request.
    ///
    /// - Throws: ``HTTPServerError/malformedTarget(_:)``.
    public init(
        method: String, target: String, headers: HTTPHeaders = [:], body: [UInt8] = [], remoteAddress: String = "",
        isWebSocketHandshake: Bool = false, lacksBody: Bool = false
    ) throws(HTTPServerError) {
        guard let parts = RequestTarget(target) else { throw .malformedTarget(target) }
        self.method = method
        self.target = target
        path = parts.path
        rawPath = parts.rawPath
        query = parts.query
        hasQuery = parts.hasQuery
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.isWebSocketHandshake = isWebSocketHandshake
        self.lacksBody = lacksBody
    }

    /// The first value of a query item, `nil` when there is none of that name.
    public func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// The parts of the path between slashes, each decoded by itself: a part may hold an encoded slash. `/` has one
    /// part, which is empty.
    public var pathSegments: [String] {
        let isEncoded = rawPath.utf8.contains(UInt8(ascii: "%"))
        var parts: [String] = []
        // Bytes, not characters: finding the ends of characters costs more than all the rest.
        var rest = rawPath.utf8[...]
        if rest.first == UInt8(ascii: "/") { rest.removeFirst() }
        while true {
            let end = rest.firstIndex(of: UInt8(ascii: "/"))
            let part = rest[..<(end ?? rest.endIndex)]
            let decoded = isEncoded ? RequestTarget.decoded(part, plusIsSpace: false) : nil
            parts.append(decoded ?? String(Substring(part)))
            guard let end else { return parts }
            rest = rest[rest.index(after: end)...]
        }
    }
}
