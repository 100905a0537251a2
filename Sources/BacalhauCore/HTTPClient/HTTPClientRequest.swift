/// One HTTP request.
public struct HTTPClientRequest: Sendable, Equatable {
    /// What is sent behind the head.
    public enum Body: Sendable, Equatable {
        /// No body.
        case none
        /// Bytes in memory.
        case bytes([UInt8])
        /// A regular file, read while it is sent. Its length is that of the moment of sending.
        case file(path: String)
    }

    /// The method, for example `GET`; written as given.
    public var method: String
    /// An absolute `http` or `https` URL, percent-encoded where needed. The path is sent as it is.
    public var url: String
    /// Header fields. `Host`, `User-Agent`, `Accept` and `Content-Length` have defaults.
    public var headers: HTTPHeaders
    /// What is sent behind the head.
    public var body: Body
    /// The longest time for everything; `nil` is the client's default, `.zero` is no limit.
    public var timeout: Duration?
    /// The longest time without a single byte in either direction, in whole seconds; `nil` is no limit.
    /// A stream whose reader pauses it does not count as idle.
    public var idleTimeout: Duration?
    /// How many redirects are followed; `nil` is the client's default. 301, 302 and 303 turn a POST into a GET, other
    /// methods are repeated. `Authorization` and `Cookie` go to the first host, port and scheme only; other headers
    /// go along.
    public var maximumRedirects: Int?
    /// The largest body that ``HTTPClient/send(_:)`` collects, in bytes; `nil` is the client's default.
    public var maximumResponseBytes: Int?

    /// Makes a request.
    public init(
        _ method: String = "GET", url: String, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none,
        timeout: Duration? = nil, idleTimeout: Duration? = nil, maximumRedirects: Int? = nil,
        maximumResponseBytes: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.maximumRedirects = maximumRedirects
        self.maximumResponseBytes = maximumResponseBytes
    }
}

extension HTTPClientRequest {
    /// Refuses what would change the meaning of the bytes on the wire: line breaks in headers, blanks in the URL.
    func validate() throws(HTTPClientError) {
        guard !method.isEmpty, method.utf8.allSatisfy(isTokenByte) else {
            throw .invalidRequest("method \(method.debugDescription) is not a token")
        }
        guard method != "HEAD" || body == .none else { throw .invalidRequest("a HEAD request has no body") }
        guard isWebURL(url, schemes: ["http://", "https://"]) else {
            throw .invalidRequest(
                "\(url.debugDescription) is not an absolute http or https URL without blanks and control characters")
        }
        try validateHeaders(headers)
    }
}

/// Refuses header names that are no tokens and values with control characters.
func validateHeaders(_ headers: HTTPHeaders) throws(HTTPClientError) {
    for field in headers.fields {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
            throw .invalidRequest("header name \(field.name.debugDescription) is not a token")
        }
        guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw .invalidRequest("the value of header \(field.name) has a line break or control character")
        }
    }
}

/// Whether a text has one of the schemes, a host behind it, and no byte that could end a request line.
func isWebURL(_ url: String, schemes: [String]) -> Bool {
    schemes.contains { scheme in
        // Of three slashes libcurl would take the first part of the path for the host.
        url.utf8.count > scheme.utf8.count && zip(url.utf8, scheme.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
            && url.utf8.dropFirst(scheme.utf8.count).first != UInt8(ascii: "/")
    } && url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
}

/// Whether a byte may stand in a method or a header name (RFC 9110, 5.6.2).
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
