import BacalhauModel

/// Why a request, a download or a WebSocket failed.
public enum HTTPClientError: Error, Sendable, Equatable {
    /// The request itself is wrong (URL, method, header, TLS file); nothing was sent.
    case invalidRequest(String)
    /// The name has no address or nothing answers there.
    case couldNotConnect(host: String, detail: String)
    /// The address policy forbids the address that the host stands for; nothing was sent there.
    case addressRefused(host: String, address: String)
    /// The secure channel could not be made (certificate, versions).
    case tls(host: String, detail: String)
    /// A time limit passed: connecting, the whole request, or a transfer without progress.
    case timedOut(host: String, detail: String)
    /// The connection broke before the answer was complete. The server may have done the work.
    case interrupted(host: String, detail: String)
    /// The server does not speak the protocol rightly.
    case protocolViolation(host: String, detail: String)
    /// More redirects than the request allows.
    case tooManyRedirects(limit: Int)
    /// The answer, a message or a file is larger than allowed.
    case tooLarge(limit: Int)
    /// A download or a WebSocket handshake was answered with another status; `body` is the start of the answer.
    case unexpectedStatus(Int, body: String)
    /// The server closed a WebSocket with another code than 1000.
    case webSocketClosed(code: Int, reason: String)
    /// A local file could not be read or written; `code` is the system's error number.
    case file(path: String, code: Int32)
    /// The task that waited was cancelled.
    case cancelled
    /// The client or the connection was closed before.
    case closed
    /// The system refused memory, a thread or a descriptor.
    case outOfResources(String)
}

extension HTTPClientError: CustomStringConvertible {
    /// What happened, with the host and the cause, for people.
    public var description: String {
        switch self {
        case .invalidRequest(let detail): "the HTTP request is invalid: \(detail)"
        case .couldNotConnect(let host, let detail): "could not connect to \(host): \(detail)"
        case .addressRefused(let host, let address):
            "the address \(address) of \(host) is refused by the address policy"
        case .tls(let host, let detail): "no secure connection to \(host): \(detail)"
        case .timedOut(let host, let detail): "\(host) did not answer in time: \(detail)"
        case .interrupted(let host, let detail): "the connection to \(host) broke: \(detail)"
        case .protocolViolation(let host, let detail): "\(host) answered against the protocol: \(detail)"
        case .tooManyRedirects(let limit): "the server redirects more than \(limit) times"
        case .tooLarge(let limit): "the answer is larger than the limit of \(limit) bytes"
        case .unexpectedStatus(let status, let body):
            body.isEmpty
                ? "the server answered with status \(status)"
                : "the server answered with status \(status): \(body.excerpt())"
        case .webSocketClosed(let code, let reason):
            "the server closed the WebSocket with code \(code)" + (reason.isEmpty ? "" : ": \(reason.excerpt())")
        case .file(let path, let code): "\(path): \(describeSystemError(code))"
        case .cancelled: "the request was cancelled"
        case .closed: "the connection or its HTTP client is closed"
        case .outOfResources(let detail): "out of system resources: \(detail)"
        }
    }
}
