import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Testing

/// Bodies that nobody waits for, and clients who send more of them than is good for others.
@Suite(.timeLimit(.minutes(1))) struct BodyTests {
    private static let head = "PUT / HTTP/1.1\r\nHost: x\r\n"

    @Sendable private static func state(_ request: HTTPRequest) async -> HTTPResponse {
        let text = "\(request.body.count) \(request.lacksBody)"
        return HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
    }

    /// A client of a server that runs: before that it takes all bodies.
    @Sendable private static func client(_ port: Int) throws -> RawClient {
        let client = try RawClient(port: port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readResponse().status == 200)
        return client
    }

    @Test(arguments: [
        "Content-Length: 4000000\r\n\r\n", "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n", "Content-Length: 6\r\n\r\n12345",
        "Transfer-Encoding: chunked\r\n\r\n1\r\na",
    ])
    func anUnwantedBodyIsNotWaitedFor(rest: String) async throws {
        let answer = try await withServer(
            wantsBody: { _ in false }, handler: Self.state,
            client: { port in
                let client = try Self.client(port)
                try client.send(Self.head + rest)
                let answer = try client.readResponse()
                #expect(try client.readToEnd().isEmpty, "the connection does not end")
                return answer
            })
        // 200: no 100 came before.
        #expect(answer.status == 200)
        #expect(answer.text == "0 true")
        #expect(answer.headers["connection"] == "close")
    }

    @Test func whoGoesOnSendingAnUnwantedBodyStillReadsTheAnswer() async throws {
        let answer = try await withServer(
            wantsBody: { _ in false }, handler: Self.state,
            client: { port in
                let client = try Self.client(port)
                try client.send(Self.head + "Content-Length: 4000000\r\n\r\n")
                try client.send([UInt8](repeating: 65, count: 4_000_000))
                return try client.readResponse()
            })
        #expect(answer.text == "0 true")
    }

    /// Asking would cost more than taking it.
    @Test func aBodyThatCameWithItsHeaderIsTaken() async throws {
        let texts = try await withServer(
            wantsBody: { _ in false }, handler: Self.state,
            client: { port in
                let client = try Self.client(port)
                return try (0..<2).map { _ in
                    try client.send(Self.head + "Content-Length: 5\r\n\r\n12345")
                    return try client.readResponse().text
                }
            })
        #expect(texts == ["5 false", "5 false"])
    }

    @Test func whetherABodyIsWantedIsToldByTheHeader() async throws {
        let texts = try await withServer(
            wantsBody: { $0.headers["X-Key"] == "right" && $0.method == "PUT" && $0.path == "/" && $0.body.isEmpty },
            handler: Self.state,
            client: { port in
                try ["right", "wrong"].map { key in
                    let client = try Self.client(port)
                    try client.send(Self.head + "X-Key: \(key)\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
                    if key == "right" {
                        #expect(try client.readHead().status == 100)
                        try client.send("12345")
                    }
                    return try client.readResponse().text
                }
            })
        #expect(texts == ["5 false", "0 true"])
    }

    @Test func bodiesThatNeverEndKeepOthersNotOut() async throws {
        let (own, other) = try await withServer(
            configure: { $0.maximumBufferedBodyBytes = 1000 }, handler: Self.state,
            client: { port in
                // Half of all while nobody else wants any.
                let greedy = try (0..<5).map { _ in
                    let client = try RawClient(port: port, source: 2)
                    try client.send(Self.head + "Content-Length: 101\r\n\r\n" + String(repeating: "a", count: 100))
                    return client
                }
                func status(from source: UInt8) throws -> Int {
                    let client = try RawClient(port: port, source: source)
                    try client.send(Self.head + "Content-Length: 200\r\n\r\n" + String(repeating: "a", count: 200))
                    return try client.readResponse().status
                }
                // The server has read all of them when it refuses one more byte.
                var own = try status(from: 2)
                while own == 200 { own = try status(from: 2) }
                let other = try status(from: 3)
                for client in greedy { client.disconnect() }
                var after = try status(from: 2)
                while after == 503 { after = try status(from: 2) }
                return (own, other)
            })
        #expect(own == 503)
        #expect(other == 200)
    }
}
