import BacalhauHTTPClient
import Synchronization
import Testing

@Suite struct HTTPRedirectTests {
    /// Redirects `/3` to `/2` to `/1` to `/0`, which answers with the headers it saw.
    private func countdown() throws -> StubServer {
        try StubServer { connection, request in
            let number = Int(request.target.dropFirst()) ?? 0
            if number > 0 {
                connection.answer("302 Found", headers: ["Location: /\(number - 1)"], body: "moved".utf8)
            } else {
                connection.answer(body: "\(request.method) \(request.headers["authorization"] ?? "none")".utf8)
            }
            return true
        }
    }

    @Test func redirectIsTheAnswerByDefault() async throws {
        let server = try countdown()
        let response = try await HTTPClient().send(HTTPClientRequest(url: server.url("/1")))
        #expect(response.status == 302)
        #expect(response.headers["Location"] == "/0")
        #expect(response.body == Array("moved".utf8))
    }

    @Test func redirectsAreFollowedUpToTheLimit() async throws {
        let server = try countdown()
        let client = HTTPClient()
        let request = HTTPClientRequest(
            "POST", url: server.url("/3"), headers: ["Authorization": "x"], body: .bytes([1]), maximumRedirects: 3)
        let response = try await client.send(request)
        #expect(response.status == 200)
        #expect(response.effectiveURL == server.url("/0"))
        #expect(response.redirectCount == 3)
        #expect(String(decoding: response.body, as: UTF8.self) == "GET x")
        await #expect(throws: HTTPClientError.tooManyRedirects(limit: 2)) {
            try await client.send(HTTPClientRequest(url: server.url("/3"), maximumRedirects: 2))
        }
    }

    @Test func streamSkipsTheHeadsOfRedirects() async throws {
        let server = try countdown()
        let response = try await HTTPClient().stream(HTTPClientRequest(url: server.url("/2"), maximumRedirects: 5))
        #expect(response.status == 200)
        #expect(response.redirectCount == 2)
        #expect(String(decoding: try await response.body.collect(limit: 100), as: UTF8.self) == "GET none")
    }

    @Test func secretStaysWithItsHost() async throws {
        let target = try countdown()
        let server = try StubServer { connection, _ in
            connection.answer("307 Temporary Redirect", headers: ["Location: \(target.url("/0"))"])
            return true
        }
        let response = try await HTTPClient().send(
            HTTPClientRequest(url: server.url("/"), headers: ["Authorization": "secret"], maximumRedirects: 1))
        #expect(String(decoding: response.body, as: UTF8.self) == "GET none")
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/"])
    func redirectLeavesHTTPNever(location: String) async throws {
        let server = try StubServer { connection, _ in
            connection.answer("302 Found", headers: ["Location: \(location)"])
            return true
        }
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: server.url("/"), maximumRedirects: 1))
        }
        guard case .protocolViolation = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func refusedAddressIsNotConnected() async throws {
        let server = try countdown()
        var configuration = HTTPClientConfiguration()
        configuration.addressPolicy = { address, port in
            #expect(address == "127.0.0.1" && port == server.port)
            return false
        }
        let client = HTTPClient(configuration: configuration)
        await #expect(
            throws: HTTPClientError.addressRefused(host: "127.0.0.1:\(server.port)", address: "127.0.0.1")
        ) {
            try await client.send(HTTPClientRequest(url: server.url("/0")))
        }
        #expect(server.connectionCount == 0)
    }

    @Test func refusedAddressBehindARedirectIsNotConnected() async throws {
        let inner = try countdown()
        let outer = try StubServer { connection, _ in
            connection.answer("302 Found", headers: ["Location: \(inner.url("/0"))"])
            return true
        }
        var configuration = HTTPClientConfiguration()
        configuration.addressPolicy = { _, port in port == outer.port }
        let client = HTTPClient(configuration: configuration)
        await #expect(
            throws: HTTPClientError.addressRefused(host: "127.0.0.1:\(inner.port)", address: "127.0.0.1")
        ) {
            try await client.send(HTTPClientRequest(url: outer.url("/"), maximumRedirects: 3))
        }
        #expect(inner.connectionCount == 0)
    }
}
