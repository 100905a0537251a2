import BacalhauHTTPClient
import Testing

@Suite struct HTTPClientFailureTests {
    @Test func nobodyListensIsCouldNotConnect() async throws {
        let port: Int
        do {
            let server = try StubServer { _, _ in false }
            port = server.port
        }
        let error = await #expect(throws: HTTPClientError.self) {
            // The port was free a moment ago and its listener is shut down.
            try await HTTPClient().send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/"))
        }
        guard case .couldNotConnect(host: "127.0.0.1:\(port)", _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func silentServerIsTimedOut() async throws {
        let server = try StubServer { connection, _ in
            connection.waitUntilClosed()
            return false
        }
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: server.url("/"), timeout: .milliseconds(20)))
        }
        guard case .timedOut(host: "127.0.0.1:\(server.port)", _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", ""])
    func brokenAnswerIsInterrupted(bytes: String) async throws {
        let server = try StubServer { connection, _ in
            connection.write(bytes)
            return false
        }
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: server.url("/")))
        }
        guard case .interrupted(host: "127.0.0.1:\(server.port)", _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func otherProtocolIsViolation() async throws {
        let server = try StubServer { connection, _ in
            connection.write("SSH-2.0-OpenSSH_9.2\r\n")
            return false
        }
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: server.url("/")))
        }
        guard case .protocolViolation(host: "127.0.0.1:\(server.port)", _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func plainServerBehindHTTPSIsTLSError() async throws {
        let server = try StubServer(greeting: "220 ready\r\n") { _, _ in false }
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/"))
        }
        guard case .tls(host: "127.0.0.1:\(server.port)", _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func cancellationClosesTheConnection() async throws {
        let (asked, gone) = (Flag(), Flag())
        let server = try StubServer { connection, _ in
            asked.raise()
            connection.waitUntilClosed()
            gone.raise()
            return false
        }
        let client = HTTPClient()
        let error = await withTaskGroup(of: HTTPClientError?.self) { group in
            group.addTask { await failure { try await client.send(HTTPClientRequest(url: server.url("/"))) } }
            await asked.wait()
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error == .cancelled)
        await gone.wait()
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let server = try StubServer { _, _ in false }
        let client = HTTPClient()
        let error = await withTaskGroup(of: HTTPClientError?.self) { group in
            group.cancelAll()
            group.addTask { await failure { try await client.send(HTTPClientRequest(url: server.url("/"))) } }
            return await group.next() ?? nil
        }
        #expect(error == .cancelled)
        #expect(server.connectionCount == 0)
    }

    @Test func closingTheClientEndsItsRequests() async throws {
        let asked = Flag()
        let server = try StubServer { connection, _ in
            asked.raise()
            connection.waitUntilClosed()
            return false
        }
        let client = HTTPClient()
        async let error = failure { try await client.send(HTTPClientRequest(url: server.url("/"))) }
        await asked.wait()
        client.close()
        #expect(await error == .closed)
    }
}
