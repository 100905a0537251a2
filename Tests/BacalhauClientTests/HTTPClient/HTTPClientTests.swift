import BacalhauHTTPClient
import Glibc
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    @Test func answerHasStatusHeadersAndBody() async throws {
        let server = try StubServer { connection, request in
            connection.answer(
                "418 Teapot", headers: ["X-Path: \(request.target)", "X-Twice: 1", "x-twice: 2"], body: "hi".utf8)
            return true
        }
        let response = try await HTTPClient().send(HTTPClientRequest(url: server.url("/a/../b?q=1")))
        #expect(response.status == 418)
        #expect(response.headers["x-path"] == "/a/../b?q=1")
        #expect(response.headers.values(of: "X-TWICE") == ["1", "2"])
        #expect(response.body == Array("hi".utf8))
        #expect(response.effectiveURL == server.url("/a/../b?q=1"))
        #expect(response.redirectCount == 0)
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "GET"])
    func bodyArrivesWithoutInventedHeaders(method: String) async throws {
        let server = try StubServer { connection, request in
            let invented = ["expect", "content-type", "transfer-encoding"].filter { request.headers[$0] != nil }
            connection.answer(headers: ["X-Method: \(request.method)", "X-Invented: \(invented)"], body: request.body)
            return true
        }
        let body: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let response = try await HTTPClient().send(HTTPClientRequest(method, url: server.url("/"), body: .bytes(body)))
        #expect(response.headers["X-Method"] == method)
        #expect(response.headers["X-Invented"] == "[]")
        #expect(response.body == body)
    }

    @Test func postWithoutBodySaysSo() async throws {
        let server = try StubServer { connection, request in
            connection.answer(body: (request.headers["content-length"] ?? "none").utf8)
            return true
        }
        let client = HTTPClient()
        let post = try await client.send(HTTPClientRequest("POST", url: server.url("/")))
        let delete = try await client.send(HTTPClientRequest("DELETE", url: server.url("/")))
        #expect(String(decoding: post.body, as: UTF8.self) == "0")
        #expect(String(decoding: delete.body, as: UTF8.self) == "none")
    }

    @Test func fileIsSentAsBody() async throws {
        let server = try StubServer { connection, request in
            connection.answer(headers: ["X-Method: \(request.method)"], body: request.body)
            return true
        }
        let file = try TemporaryFile(Array(repeating: 7, count: 300_000))
        let response = try await HTTPClient().send(
            HTTPClientRequest("POST", url: server.url("/"), body: .file(path: file.path)))
        #expect(response.headers["X-Method"] == "POST")
        #expect(response.body == Array(repeating: 7, count: 300_000))
    }

    @Test func missingBodyFileIsAnError() async throws {
        await #expect(throws: HTTPClientError.file(path: "/nonexistent", code: ENOENT)) {
            try await HTTPClient().send(
                HTTPClientRequest("PUT", url: "http://127.0.0.1:1/", body: .file(path: "/nonexistent")))
        }
    }

    @Test func connectionIsReused() async throws {
        let server = try StubServer { connection, _ in
            connection.answer(body: "x".utf8)
            return true
        }
        let client = HTTPClient()
        for _ in 0..<5 { _ = try await client.send(HTTPClientRequest(url: server.url("/"))) }
        _ = try await client.send(HTTPClientRequest("HEAD", url: server.url("/")))
        #expect(server.connectionCount == 1)
    }

    @Test func manyRequestsRunAtOnce() async throws {
        let server = try StubServer { connection, request in
            connection.answer(body: request.target.utf8)
            return true
        }
        let client = HTTPClient()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let response = try await client.send(HTTPClientRequest(url: server.url("/\(index)")))
                    return response.body == Array("/\(index)".utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func unixSocketReplacesTheNetwork() async throws {
        let path = "/tmp/stub-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
        defer { unlink(path) }
        let server = try StubServer(unixPath: path) { connection, request in
            connection.answer(body: (request.headers["host"] ?? "").utf8)
            return true
        }
        var configuration = HTTPClientConfiguration()
        configuration.unixSocketPath = path
        configuration.addressPolicy = { _, _ in false }
        let response = try await HTTPClient(configuration: configuration).send(
            HTTPClientRequest(url: "http://docker/info"))
        #expect(String(decoding: response.body, as: UTF8.self) == "docker")
        withExtendedLifetime(server) {}
    }

    @Test func bodyOverTheLimitIsTooLarge() async throws {
        let server = try StubServer { connection, _ in
            connection.answer(body: Array(repeating: 0, count: 1001))
            return true
        }
        let client = HTTPClient()
        var request = HTTPClientRequest(url: server.url("/"), maximumResponseBytes: 1000)
        await #expect(throws: HTTPClientError.tooLarge(limit: 1000)) { try await client.send(request) }
        request.maximumResponseBytes = 1001
        #expect(try await client.send(request).body.count == 1001)
    }

    @Test func headOverTheLimitIsRefused() async throws {
        let server = try StubServer { connection, _ in
            let line = "X-Long: \(String(repeating: "x", count: 60_000))"
            connection.answer(headers: Array(repeating: line, count: 5))
            return true
        }
        await #expect(
            throws: HTTPClientError.protocolViolation(
                host: "127.0.0.1:\(server.port)", detail: "a head of more than 262144 bytes")
        ) {
            try await HTTPClient().send(HTTPClientRequest(url: server.url("/")))
        }
    }

    @Test func closedClientRefuses() async throws {
        let client = HTTPClient()
        client.close()
        await #expect(throws: HTTPClientError.closed) {
            try await client.send(HTTPClientRequest(url: "http://127.0.0.1:1/"))
        }
    }

    @Test(arguments: [
        HTTPClientRequest(url: "ftp://127.0.0.1/"), HTTPClientRequest(url: "http://127.0.0.1/a b"),
        HTTPClientRequest(url: "http:///api/v1"), HTTPClientRequest(url: "http://"),
        HTTPClientRequest("GET /\r\nX:", url: "http://127.0.0.1/"),
        HTTPClientRequest(url: "http://127.0.0.1/", headers: ["A": "b\r\nC: d"]),
        HTTPClientRequest(url: "http://127.0.0.1/", headers: ["A:": "b"]),
        HTTPClientRequest("HEAD", url: "http://127.0.0.1/", body: .bytes([1])),
    ])
    func invalidRequestIsRefused(request: HTTPClientRequest) async throws {
        let error = await #expect(throws: HTTPClientError.self) { try await HTTPClient().send(request) }
        guard case .invalidRequest = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }
}
