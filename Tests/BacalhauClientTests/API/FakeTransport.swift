import BacalhauHTTPClient
import Synchronization

@testable import BacalhauClient

/// Answers requests from a closure and remembers them.
final class FakeTransport: APITransport {
    typealias Answer =
        @Sendable (_ request: HTTPClientRequest, _ number: Int) throws(HTTPClientError) ->
        HTTPClientResponse

    private let seen = Mutex<[HTTPClientRequest]>([])
    private let answer: Answer
    private let sockets: Mutex<[FakeSocket]>

    init(sockets: [FakeSocket] = [], answer: @escaping Answer = { _, _ in .json("{}") }) {
        self.answer = answer
        self.sockets = Mutex(sockets)
    }

    var requests: [HTTPClientRequest] { seen.withLock { $0 } }
    /// Method and what follows the endpoint, of each request.
    var calls: [String] { requests.map { "\($0.method) \($0.url.dropFirst(FakeTransport.endpoint.count))" } }

    static let endpoint = "http://node:1234"

    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let number = seen.withLock { seen in
            seen.append(request)
            return seen.count
        }
        return try answer(request, number)
    }

    func download(
        _ request: HTTPClientRequest, toPath path: String, options: HTTPDownloadOptions
    ) async throws(HTTPClientError) -> HTTPDownload {
        throw .closed
    }

    func socket(url: String, headers: HTTPHeaders) async throws(HTTPClientError) -> any APISocket {
        seen.withLock { $0.append(HTTPClientRequest(url: url, headers: headers)) }
        guard let socket = sockets.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            throw .unexpectedStatus(401, body: #"{"message":"invalid token"}"#)
        }
        return socket
    }

    func close() {}
}

/// Delivers messages, then ends.
final class FakeSocket: APISocket {
    private let messages: Mutex<[Result<[UInt8], HTTPClientError>]>
    private let closed = Mutex(false)

    init(_ messages: [Result<String, HTTPClientError>]) {
        self.messages = Mutex(messages.map { $0.map { Array($0.utf8) } })
    }

    var isClosed: Bool { closed.withLock { $0 } }

    func receive() async throws(HTTPClientError) -> [UInt8]? {
        try messages.withLock { $0.isEmpty ? nil : $0.removeFirst() }?.get()
    }

    func close() { closed.withLock { $0 = true } }
}

extension HTTPClientResponse {
    static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPClientResponse {
        HTTPClientResponse(status: status, headers: headers, body: Array(text.utf8))
    }
}

extension HTTPClientRequest {
    var bodyText: String {
        if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }
}

/// A clock that stands still but for the pauses, which it remembers.
final class FakeClock: Sendable {
    private let state = Mutex<(now: Duration, pauses: [Duration])>((.zero, []))

    var pauses: [Duration] { state.withLock { $0.pauses } }
    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    var system: Pauses {
        Pauses(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.now += duration
                    state.pauses.append(duration)
                }
            }, random: { 0 })
    }
}

extension BacalhauClient {
    /// A client over a fake.
    convenience init(
        _ transport: FakeTransport, clock: FakeClock = FakeClock(), options: BacalhauClientOptions = .init()
    ) {
        self.init(
            connection: APIConnection(
                endpoint: FakeTransport.endpoint, options: options, transport: transport, pauses: clock.system))
    }
}
