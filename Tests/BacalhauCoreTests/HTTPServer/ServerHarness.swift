import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Dispatch
import Glibc

/// Runs a server on a free port while `client` talks to it from a thread where it may block.
func withServer<Result: Sendable>(
    configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    wantsBody: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true },
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
    client: @escaping @Sendable (Int) throws -> Result
) async throws -> Result {
    var configuration = HTTPServerConfiguration()
    configuration.stopGrace = .seconds(60)
    configure(&configuration)
    let server = HTTPServer(configuration: configuration)
    let port = try server.start()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run(wantsBody: wantsBody, handler: handler) }
        let result = try await offPool { try client(port) }
        server.shutdown()
        try await group.waitForAll()
        return result
    }
}

/// Runs blocking code on a thread of its own: one of the pool's would be missed by the server's tasks.
func offPool<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let work = Unmanaged.passRetained(BlockingWork { continuation.resume(with: Swift.Result { try body() }) })
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { work in
                if let work { Unmanaged<BlockingWork>.fromOpaque(work).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            return continuation.resume(throwing: RawClient.Failure.system(call: "pthread_create", code: code))
        }
        pthread_detach(thread)
    }
}

private final class BlockingWork: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

/// Answers with method, path and length of the body.
@Sendable func describe(_ request: HTTPRequest) async -> HTTPResponse {
    let text = "\(request.method) \(request.path) \(request.body.count)"
    return HTTPResponse(status: 200, headers: ["Content-Type": "text/plain"], body: .bytes(Array(text.utf8)))
}

/// Something that happens once; whoever waits for it continues then.
struct Event: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let semaphore = DispatchSemaphore(value: 0)

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func happen() {
        continuation.finish()
        semaphore.signal()
    }

    func wait() async {
        for await _ in stream {}
    }

    /// For threads that may block. False when it has not happened within two minutes.
    func block() -> Bool {
        defer { semaphore.signal() }
        return semaphore.wait(timeout: .now() + 120) == .success
    }
}
