import BacalhauHTTPClient

extension HTTPResponse {
    /// Makes a response with header fields as pairs of name and value.
    public init(status: Int, headers: [(String, String)], body: Body = .bytes([])) {
        self.init(
            status: status, headers: HTTPHeaders(headers.map { HTTPHeaders.Field(name: $0.0, value: $0.1) }), body: body
        )
    }
}
