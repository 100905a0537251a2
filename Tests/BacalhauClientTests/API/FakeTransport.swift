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
    private let streams: Mutex<[[FakeSocket.Message]]>
    private let openSockets = OpenCount()

    /// - Parameter streams: what the sockets deliver, one after the other; then handshakes are refused.
    init(streams: [[FakeSocket.Message]] = [], answer: @escaping Answer = { _, _ in .json("{}") }) {
        self.answer = answer
        self.streams = Mutex(streams)
    }

    /// Sockets that somebody still refers to.
    var openSocketCount: Int { openSockets.value.withLock { $0 } }
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
        guard let messages = streams.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            throw .unexpectedStatus(401, body: #"{"message":"invalid token"}"#)
        }
        return FakeSocket(messages, openSockets)
    }

    func close() {}
}

/// Delivers messages, then ends.
final class FakeSocket: APISocket {
    typealias Message = Result<String, HTTPClientError>

    private let messages: Mutex<[Message]>
    private let count: OpenCount

    init(_ messages: [Message], _ count: OpenCount) {
        self.messages = Mutex(messages)
        self.count = count
        count.value.withLock { $0 += 1 }
    }

    deinit { count.value.withLock { $0 -= 1 } }

    func receive() async throws(HTTPClientError) -> [UInt8]? {
        guard let message = messages.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return nil }
        return Array(try message.get().utf8)
    }
}

final class OpenCount: Sendable {
    let value = Mutex(0)
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
