import BacalhauHTTPClient
import Synchronization
import Testing

@Suite struct WebSocketClientTests {
    /// A server that accepts and then does what the test says.
    private func server(_ body: @escaping @Sendable (StubConnection) -> Void) throws -> StubServer {
        try StubServer { connection, request in
            connection.acceptWebSocket(request)
            body(connection)
            return false
        }
    }

    private func connect(
        _ server: StubServer, path: String = "/", headers: HTTPHeaders = [:], limit: Int = 16 << 20,
        client: HTTPClient = HTTPClient()
    ) async throws(HTTPClientError) -> WebSocketClient {
        var options = WebSocketOptions()
        options.maximumMessageBytes = limit
        return try await WebSocketClient.connect(
            to: "ws://127.0.0.1:\(server.port)\(path)", headers: headers, options: options, using: client)
    }

    private func all(_ socket: WebSocketClient) async throws -> [WebSocketMessage] {
        var messages: [WebSocketMessage] = []
        for try await message in socket.messages { messages.append(message) }
        return messages
    }

    @Test func handshakeCarriesPathAndHeaders() async throws {
        let server = try StubServer { connection, request in
            let seen = ["host", "upgrade", "connection", "sec-websocket-version", "authorization", "x-version"]
                .map { request.headers[$0] ?? "none" }
            let message = "\(request.method) \(request.target) \(seen.joined(separator: " "))"
            connection.acceptWebSocket(
                request, headers: ["X-Server: stub"],
                together: StubConnection.frame(1, Array(message.utf8)) + StubConnection.frame(8, [3, 232]))
            _ = connection.readFrame()
            return false
        }
        let socket = try await connect(
            server, path: "/logs?follow=true", headers: ["Authorization": "Bearer x", "X-Version": "v1"])
        #expect(socket.headers["x-server"] == "stub")
        let expected = "GET /logs?follow=true 127.0.0.1:\(server.port) websocket Upgrade 13 Bearer x v1"
        #expect(try await all(socket) == [.text(expected)])
    }

    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536, 3_000_000])
    func messagesOfAllSizesComeBack(count: Int) async throws {
        let server = try server { connection in
            while let frame = connection.readFrame(), connection.writeFrame(frame.opcode, frame.payload) {}
        }
        let socket = try await connect(server)
        try await socket.send(text: String(repeating: "x", count: count))
        #expect(try await socket.next() == .text(String(repeating: "x", count: count)))
        try await socket.send(binary: Array(repeating: 200, count: count))
        #expect(try await socket.next() == .binary(Array(repeating: 200, count: count)))
        await socket.close()
        #expect(try await socket.next() == nil)
    }

    @Test func fragmentsWithAPingBetweenBecomeOneMessage() async throws {
        let answer = Mutex<[UInt8]>([])
        let server = try server { connection in
            connection.writeFrame(1, Array("one ".utf8), isFinal: false)
            connection.writeFrame(9, Array("ping".utf8))
            connection.writeFrame(0, Array("two ".utf8), isFinal: false)
            connection.writeFrame(0, Array("three".utf8))
            if let frame = connection.readFrame(), frame.opcode == 10 { answer.withLock { $0 = frame.payload } }
            connection.writeFrame(8, [])
        }
        let socket = try await connect(server)
        #expect(try await all(socket) == [.text("one two three")])
        #expect(answer.withLock { $0 } == Array("ping".utf8))
    }

    @Test func manyMessagesArriveInOrder() async throws {
        let server = try server { connection in
            for index in 0..<5000 {
                connection.writeFrame(1, Array("\(index) \(String(repeating: "x", count: 1000))".utf8))
            }
            connection.writeFrame(8, [3, 232])
        }
        let socket = try await connect(server)
        var expected = 0
        for try await message in socket.messages {
            guard case .text(let text) = message else { break }
            #expect(text.hasPrefix("\(expected) "))
            expected += 1
        }
        #expect(expected == 5000)
    }

    @Test(arguments: [
        ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\n\r\nno accessand more", 401, "no access"),
        (
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nno \r\n3\r\njob\r\n0\r\n\r\n", 404,
            "no job"
        ),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 503, ""),
    ])
    func refusedHandshakeCarriesStatusAndBody(answer: String, status: Int, body: String) async throws {
        let server = try StubServer { connection, _ in
            connection.write(answer)
            connection.waitUntilClosed()
            return false
        }
        await #expect(throws: HTTPClientError.unexpectedStatus(status, body: body)) { try await connect(server) }
    }

    @Test func refusalWithoutLengthEndsWithTheConnection() async throws {
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.0 403 Forbidden\r\n\r\ngo away")
            return false
        }
        await #expect(throws: HTTPClientError.unexpectedStatus(403, body: "go away")) { try await connect(server) }
    }

    @Test(arguments: [
        (
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "a wrong Sec-WebSocket-Accept"
        ),
        ("HTTP/1.1 101 X\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n", "101 without an upgrade to websocket"),
        ("SSH-2.0-OpenSSH\r\n\r\n", "an answer that is not HTTP"),
        (String(repeating: "x", count: 70_000), "a head of more than 65536 bytes"),
    ])
    func wrongHandshakeIsViolation(answer: String, detail: String) async throws {
        let server = try StubServer { connection, _ in
            connection.write(answer)
            connection.waitUntilClosed()
            return false
        }
        await #expect(throws: HTTPClientError.protocolViolation(host: "127.0.0.1:\(server.port)", detail: detail)) {
            try await connect(server)
        }
    }

    @Test func otherCloseCodeIsAnErrorBehindTheMessages() async throws {
        let server = try server { connection in
            connection.writeFrame(1, Array("last".utf8))
            connection.writeFrame(8, [3, 233] + Array("going away".utf8))
            _ = connection.readFrame()
        }
        let socket = try await connect(server)
        #expect(try await socket.next() == .text("last"))
        await #expect(throws: HTTPClientError.webSocketClosed(code: 1001, reason: "going away")) {
            try await socket.next()
        }
    }

    @Test func droppedConnectionIsInterrupted() async throws {
        let server = try server { connection in
            connection.writeFrame(1, Array("last".utf8))
        }
        let socket = try await connect(server)
        #expect(try await socket.next() == .text("last"))
        await #expect(
            throws: HTTPClientError.interrupted(
                host: "127.0.0.1:\(server.port)", detail: "closed without a close frame")
        ) { try await socket.next() }
    }

    @Test(arguments: [
        (StubConnection.frame(1, [0xff]), [3, 239] as [UInt8], "text that is not UTF-8"),
        ([0x81, 0x80, 1, 2, 3, 4], [3, 234], "a masked frame"),
    ])
    func brokenFrameIsAnsweredWithItsCode(frame: [UInt8], code: [UInt8], detail: String) async throws {
        let answer = Mutex<[UInt8]>([])
        let answered = Flag()
        let server = try server { connection in
            connection.write(frame)
            if let frame = connection.readFrame(), frame.opcode == 8 {
                answer.withLock { $0 = Array(frame.payload.prefix(2)) }
            }
            answered.raise()
        }
        let socket = try await connect(server)
        await #expect(throws: HTTPClientError.protocolViolation(host: "127.0.0.1:\(server.port)", detail: detail)) {
            try await socket.next()
        }
        await answered.wait()
        #expect(answer.withLock { $0 } == code)
    }

    @Test func messageOverTheLimitIsTooLarge() async throws {
        let server = try server { connection in
            connection.writeFrame(2, Array(repeating: 1, count: 1001))
            _ = connection.readFrame()
        }
        let socket = try await connect(server, limit: 1000)
        await #expect(throws: HTTPClientError.tooLarge(limit: 1000)) { try await socket.next() }
        await #expect(throws: HTTPClientError.tooLarge(limit: 1000)) {
            try await socket.send(text: String(repeating: "x", count: 1001))
        }
    }

    @Test func closingSaysSoAndRefusesMore() async throws {
        let seen = Mutex<[UInt8]>([])
        let server = try server { connection in
            connection.writeFrame(1, Array("unread".utf8))
            guard let frame = connection.readFrame(), frame.opcode == 8 else { return }
            seen.withLock { $0 = frame.payload }
            connection.writeFrame(8, Array(frame.payload.prefix(2)))
        }
        let socket = try await connect(server)
        await socket.close(code: 1000, reason: "done")
        #expect(seen.withLock { $0 } == [3, 232] + Array("done".utf8))
        await #expect(throws: HTTPClientError.closed) { try await socket.send(text: "late") }
        await socket.close()
    }

    @Test func cancellingTheReaderClosesTheConnection() async throws {
        let gone = Flag()
        let server = try server { connection in
            connection.waitUntilClosed()
            gone.raise()
        }
        let socket = try await connect(server)
        let error = await withTaskGroup(of: HTTPClientError?.self) { group in
            group.addTask { await failure { try await socket.next() } }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error == .cancelled)
        await gone.wait()
    }

    @Test func droppingTheClientClosesTheConnection() async throws {
        let gone = Flag()
        let server = try server { connection in
            connection.waitUntilClosed()
            gone.raise()
        }
        let client = HTTPClient()
        do {
            _ = try await connect(server, client: client)
        }
        await gone.wait()
        withExtendedLifetime(client) {}
    }

    @Test func closingTheHTTPClientEndsTheSocket() async throws {
        let server = try server { $0.waitUntilClosed() }
        let client = HTTPClient()
        let socket = try await connect(server, client: client)
        client.close()
        await #expect(throws: HTTPClientError.closed) { try await socket.next() }
        await #expect(throws: HTTPClientError.closed) { try await socket.send(text: "late") }
        await socket.close()
    }

    @Test func addressPolicyHolds() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.addressPolicy = { _, _ in false }
        let client = HTTPClient(configuration: configuration)
        await #expect(throws: HTTPClientError.addressRefused(host: "127.0.0.1:9", address: "127.0.0.1")) {
            try await WebSocketClient.connect(to: "ws://127.0.0.1:9/", using: client)
        }
    }

    @Test(arguments: ["ftp://127.0.0.1/", "ws://user:secret@127.0.0.1/", "ws://127.0.0.1/a b"])
    func invalidURLIsRefused(url: String) async throws {
        let error = await failure { try await WebSocketClient.connect(to: url, using: HTTPClient()) }
        guard case .invalidRequest = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func requestsAndSocketsShareAThread() async throws {
        let server = try StubServer { connection, request in
            guard request.headers["upgrade"] != nil else {
                connection.answer(body: "plain".utf8)
                return true
            }
            connection.acceptWebSocket(request)
            while let frame = connection.readFrame(), connection.writeFrame(frame.opcode, frame.payload) {}
            return false
        }
        let client = HTTPClient()
        let socket = try await connect(server, client: client)
        for index in 0..<50 {
            try await socket.send(text: "\(index)")
            let response = try await client.send(HTTPClientRequest(url: server.url("/")))
            #expect(response.body == Array("plain".utf8))
            #expect(try await socket.next() == .text("\(index)"))
        }
        await socket.close()
    }
}
