/// The head of an answer whose body is still arriving.
public struct HTTPStreamingResponse: Sendable {
    /// The status code, for example 200.
    public let status: Int
    /// The header fields of the last answer.
    public let headers: HTTPHeaders
    /// The URL that answered: that of the request, or the last redirect's.
    public let effectiveURL: String
    /// How many redirects were followed.
    public let redirectCount: Int
    /// The bytes behind the head. Dropping the last reference to it ends the transfer.
    public let body: HTTPResponseBody
}
