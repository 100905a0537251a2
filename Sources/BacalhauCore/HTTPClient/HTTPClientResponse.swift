/// A complete answer.
public struct HTTPClientResponse: Sendable, Equatable {
    /// The status code, for example 200.
    public var status: Int
    /// The header fields of the last answer.
    public var headers: HTTPHeaders
    /// The body, as it was sent (a `Content-Encoding` is not undone).
    public var body: [UInt8]
    /// The URL that answered: that of the request, or the last redirect's.
    public var effectiveURL: String
    /// How many redirects were followed.
    public var redirectCount: Int

    /// Makes an answer.
    public init(
        status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], effectiveURL: String = "",
        redirectCount: Int = 0
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.effectiveURL = effectiveURL
        self.redirectCount = redirectCount
    }
}
