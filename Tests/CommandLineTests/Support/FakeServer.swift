import BacalhauHTTPClient
import Synchronization

@testable import BacalhauClient

/// Answers requests with prepared texts and remembers them.
final class FakeServer: APITransport {
    /// What is answered to `METHOD /path` below the API's root, one after the other; the last one again and again.
    private let answers: Mutex<[String: [Answer]]>
    private let seen = Mutex<[String]>([])
    private let sent = Mutex<[String]>([])
    private let logs: [String]

    struct Answer: ExpressibleByStringLiteral, Sendable {
        var status = 200
        var body: String

        init(_ body: String, status: Int = 200) {
            self.body = body
            self.status = status
        }

        init(stringLiteral value: String) { body = value }
    }

    /// - Parameter logs: the messages of a log stream.
    init(_ answers: [String: [Answer]] = [:], logs: [String] = []) {
        self.answers = Mutex(answers)
        self.logs = logs
    }

    static let endpoint = "http://127.0.0.1:1234"
    private static let root = endpoint + "/api/v1/"

    /// Method, path and query of each request, below the API's root.
    var requests: [String] { seen.withLock { $0 } }

    /// The bodies of the requests that had one.
    var bodies: [String] { sent.withLock { $0 } }

    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let target = String(request.url.dropFirst(FakeServer.root.count))
        seen.withLock { $0.append("\(request.method) \(target)") }
        if case .bytes(let body) = request.body { sent.withLock { $0.append(String(decoding: body, as: UTF8.self)) } }
        let key = "\(request.method) \(target.prefix { $0 != "?" })"
        let answer = answers.withLock { answers -> Answer? in
            guard let queue = answers[key] else { return nil }
            if queue.count > 1 { answers[key]?.removeFirst() }
            return queue.first
        }
        guard let answer else {
            return HTTPClientResponse(
                status: 404, headers: [:], body: Array(#"{"error":"no answer to \#(key)","message":""}"#.utf8))
        }
        return HTTPClientResponse(status: answer.status, headers: [:], body: Array(answer.body.utf8))
    }

    func download(
        _ request: HTTPClientRequest, toPath path: String, options: HTTPDownloadOptions
    ) async throws(HTTPClientError) -> HTTPDownload {
        throw .closed
    }

    func socket(url: String, headers: HTTPHeaders) async throws(HTTPClientError) -> any APISocket {
        seen.withLock { $0.append("SOCKET \(url.split(separator: "/api/v1/").last ?? "")") }
        return Socket(logs)
    }

    func close() {}

    private final class Socket: APISocket {
        private let messages: Mutex<[String]>

        init(_ messages: [String]) { self.messages = Mutex(messages) }

        func receive() async throws(HTTPClientError) -> [UInt8]? {
            messages.withLock { $0.isEmpty ? nil : Array($0.removeFirst().utf8) }
        }
    }
}
