import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Testing

struct ShutdownTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Calls `stop` once the server's only request has reached its handler, which answers when `release` happens or it
    /// is cancelled. Returns the answer, `nil` when the connection was cut.
    private func withRunningRequest(
        grace: Duration, release: Event,
        _ stop: @escaping @Sendable (HTTPServer, _ cancel: @Sendable () -> Void) -> Void
    ) async throws -> RawResponse? {
        let started = Event()
        let stopping = Event()
        var configuration = HTTPServerConfiguration()
        configuration.stopGrace = grace
        let server = HTTPServer(configuration: configuration)
        let port = try server.start()
        return try await withThrowingTaskGroup(of: RawResponse?.self) { group in
            group.addTask {
                await withTaskGroup(of: Void.self) { inner in
                    inner.addTask {
                        try? await server.run { _ in
                            started.happen()
                            await withTaskCancellationHandler {
                                await release.wait()
                            } onCancel: {
                                release.happen()
                            }
                            return HTTPResponse(status: 200, body: .bytes(Array("done".utf8)))
                        }
                    }
                    await stopping.wait()
                    inner.cancelAll()
                }
                return nil
            }
            group.addTask {
                try await offPool {
                    let client = try RawClient(port: port)
                    try client.send(Self.get)
                    guard started.block() else { return nil }
                    stop(server) { stopping.happen() }
                    let answer = try? client.readResponse()
                    stopping.happen()
                    return answer
                }
            }
            var answer: RawResponse?
            for try await result in group { answer = answer ?? result }
            return answer
        }
    }

    @Test
    func shutdownLetsARunningRequestEnd() async throws {
        let release = Event()
        let answer = try await withRunningRequest(grace: .seconds(60), release: release) { server, _ in
            server.shutdown()
            release.happen()
        }
        #expect(answer?.text == "done")
        #expect(answer?.headers["connection"] == "close")
    }

    @Test
    func requestThatOutlivesTheGraceIsCutAndCancelled() async throws {
        let release = Event()
        let answer = try await withRunningRequest(grace: .milliseconds(30), release: release) { server, _ in
            server.shutdown()
        }
        #expect(answer == nil)
        #expect(release.block())
    }

    @Test
    func cancellationCancelsRequestsAndStillSendsTheirReplies() async throws {
        let answer = try await withRunningRequest(grace: .seconds(60), release: Event()) { _, cancel in cancel() }
        #expect(answer?.text == "done")
    }

    @Test
    func idleConnectionsDoNotHoldTheServer() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.stopGrace = .seconds(3600)
        let server = HTTPServer(configuration: configuration)
        let port = try server.start()
        async let run: Void = server.run(handler: describe)
        let rest = try await offPool {
            let client = try RawClient(port: port)
            try client.send(Self.get)
            _ = try client.readResponse()
            server.shutdown()
            return try client.readToEnd()
        }
        try await run
        #expect(rest == [])
    }

    @Test
    func stoppedServerFreesItsPort() async throws {
        // An address of its own: on the usual one another test may take the port as soon as it is free.
        let first = HTTPServer(configuration: HTTPServerConfiguration(host: "127.0.0.77"))
        let port = try first.start()
        async let run: Void = first.run(handler: describe)
        first.shutdown()
        try await run
        let again = HTTPServer(configuration: HTTPServerConfiguration(host: "127.0.0.77", port: port))
        #expect(try again.start() == port)
    }

    @Test
    func secondStartIsRefused() throws {
        let server = HTTPServer()
        try server.start()
        #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
    }

    @Test
    func runNeedsAStart() async {
        await #expect(throws: HTTPServerError.notReadyToRun) {
            try await HTTPServer().run { _ in HTTPResponse(status: 200) }
        }
    }

    @Test
    func portInUseIsToldWithTheAddress() throws {
        let first = HTTPServer()
        let port = try first.start()
        let second = HTTPServer(configuration: HTTPServerConfiguration(port: port))
        #expect(
            throws: HTTPServerError.cannotListen(
                address: "127.0.0.1:\(port)", reason: "cannot bind the address: Address already in use")
        ) { try second.start() }
    }

    @Test
    func limitOutOfItsRangeIsToldByName() throws {
        var configuration = HTTPServerConfiguration()
        configuration.ioThreads = 0
        #expect(throws: HTTPServerError.invalidConfiguration("ioThreads is 0, it must be from 1 to 64")) {
            try HTTPServer(configuration: configuration).start()
        }
    }

    @Test(arguments: ["::1", "localhost", "0.0.0.0", "::"])
    func addressOfEitherFamilyIsListenedOn(host: String) throws {
        #expect(try HTTPServer(configuration: HTTPServerConfiguration(host: host)).start() != 0)
    }
}
