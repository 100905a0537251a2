import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Testing

struct LimitTests {
    private static let head = "PUT / HTTP/1.1\r\nHost: x\r\n"

    private func answer(
        to request: String, configure: (inout HTTPServerConfiguration) -> Void
    ) async throws -> RawResponse {
        try await withServer(configure: configure, handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send(request)
            return try client.readResponse()
        }
    }

    @Test(arguments: [
        ("Content-Length: 11\r\n\r\n", 413),
        ("Content-Length: 10\r\n\r\n0123456789", 200),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n012345\r\n0\r\n\r\n", 413),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n01234\r\n0\r\n\r\n", 200),
        ("Content-Length: 11\r\nExpect: 100-continue\r\n\r\n", 413),
    ])
    func bodyOverTheLimitIsRefused(rest: String, status: Int) async throws {
        let answer = try await answer(to: Self.head + rest) { $0.maximumBodyBytes = 10 }
        #expect(answer.status == status)
    }

    @Test
    func refusalOfABodyHasTheDocumentedText() async throws {
        let answer = try await answer(to: Self.head + "Content-Length: 11\r\n\r\n") { $0.maximumBodyBytes = 10 }
        #expect(answer.headers["content-type"] == "application/json; charset=UTF-8")
        #expect(
            answer.text == """
                {
                  "error": "code=413, message=Request Entity Too Large",
                  "message": "Request Entity Too Large"
                }

                """)
    }

    @Test
    func clientThatGoesOnSendingStillReadsTheRefusal() async throws {
        let answer = try await withServer(
            configure: { $0.maximumBodyBytes = 10 }, handler: describe,
            client: { port in
                let client = try RawClient(port: port)
                try client.send(Self.head + "Content-Length: 4000000\r\n\r\n")
                try client.send([UInt8](repeating: 65, count: 4_000_000))
                return try client.readResponse()
            })
        #expect(answer.status == 413)
    }

    @Test
    func bodiesOverTheCommonBudgetAreToldToComeBack() async throws {
        let request = Self.head + "Content-Length: 20\r\n\r\n01234567890123456789"
        let answer = try await answer(to: request) { $0.maximumBufferedBodyBytes = 19 }
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "1")
    }

    @Test
    func budgetIsGivenBackAfterEveryRequest() async throws {
        let request = Self.head + "Content-Length: 20\r\n\r\n01234567890123456789"
        let statuses = try await withServer(
            configure: { $0.maximumBufferedBodyBytes = 40 }, handler: describe,
            client: { port in
                let client = try RawClient(port: port)
                return try (0..<3).map { _ in
                    try client.send(request)
                    return try client.readResponse().status
                }
            })
        #expect(statuses == [200, 200, 200])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\nX-A: " + String(repeating: "a", count: 2000) + "\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-A: " + String(repeating: "a", count: 2000), 431),
        ("GET /" + String(repeating: "a", count: 2000), 414),
    ])
    func headerOverTheLimitIsRefused(request: String, status: Int) async throws {
        let answer = try await answer(to: request) { $0.maximumHeaderBytes = 1024 }
        #expect(answer.status == status)
    }

    @Test
    func connectionOverTheLimitIsTurnedAway() async throws {
        let statuses = try await withServer(
            configure: { $0.maximumConnections = 1 }, handler: describe,
            client: { port in
                let first = try RawClient(port: port)
                try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let before = try first.readResponse().status
                let second = try RawClient(port: port)
                let refused = try second.readResponse().status
                try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return [before, refused, try first.readResponse().status]
            })
        #expect(statuses == [200, 503, 200])
    }

    @Test
    func requestsOverTheInboxAreToldToComeBack() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumWaitingRequests = 1
        // One io thread takes the requests in the order of their connections.
        configuration.ioThreads = 1
        let server = HTTPServer(configuration: configuration)
        let port = try server.start()
        // Nobody runs the server, so the first request goes on waiting.
        let answer = try await offPool {
            let first = try RawClient(port: port)
            try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let second = try RawClient(port: port)
            try second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return try second.readResponse()
        }
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "1")
    }

    @Test
    func requestThatDribblesIsCut() async throws {
        let (header, body) = try await withServer(
            configure: {
                $0.headerTimeout = .milliseconds(30)
                $0.requestTimeout = .milliseconds(60)
            }, handler: describe,
            client: { port in
                let header = try RawClient(port: port)
                try header.send("GET / HTTP/1.1\r\nHo")
                let body = try RawClient(port: port)
                try body.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
                return (try header.readResponse(), try body.readResponse())
            })
        #expect(header.status == 408)
        #expect(body.status == 408)
        #expect(body.headers["connection"] == "close")
    }

    @Test
    func idleConnectionIsClosed() async throws {
        let rest = try await withServer(
            configure: { $0.idleTimeout = .milliseconds(30) }, handler: describe,
            client: { port in
                try RawClient(port: port).readToEnd()
            })
        #expect(rest == [])
    }

    @Test
    func connectionThatWasKeptAliveIsClosedWhenIdle() async throws {
        let rest = try await withServer(
            configure: { $0.idleTimeout = .seconds(2) }, handler: describe,
            client: { port in
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.readResponse()
                return try client.readToEnd()
            })
        #expect(rest == [])
    }

    @Test
    func clientThatTakesNothingIsCut() async throws {
        let cut = Event()
        let wasCut = try await withServer(
            configure: { $0.writeTimeout = .milliseconds(30) },
            handler: { _ in
                HTTPResponse(
                    status: 200,
                    body: .stream(contentLength: nil) { writer in
                        defer { cut.happen() }
                        while true { try await writer.write([UInt8](repeating: 65, count: 100_000)) }
                    })
            },
            client: { port in
                let client = try RawClient(port: port, receiveBuffer: 4096)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return cut.block()
            })
        #expect(wasCut)
    }
}
