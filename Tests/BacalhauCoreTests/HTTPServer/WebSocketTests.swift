import BacalhauHTTPClient
import BacalhauTestSupport
import Synchronization
import Testing

@testable import BacalhauCore

struct WebSocketTests {
    private func withConversation<Result: Sendable>(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        _ converse: @escaping @Sendable (WebSocketConnection) async throws -> Void,
        client: @escaping @Sendable (Int) throws -> Result
    ) async throws -> Result {
        try await withServer(
            configure: configure, handler: { _ in HTTPResponse(status: 101, body: .webSocket(converse)) },
            client: client)
    }

    @Sendable private static func echo(_ connection: WebSocketConnection) async throws {
        while let message = try await connection.receive() {
            switch message {
            case .text(let text): try await connection.send(text: text)
            case .binary(let bytes): try await connection.send(binary: bytes)
            }
        }
    }

    @Test
    func handshakeIsAnsweredAsInTheStandard() async throws {
        let answer = try await withConversation(Self.echo) { port in
            let client = try RawClient(port: port)
            try client.send(RawWebSocket.handshake)
            return try client.readHead()
        }
        let expected = [
            "upgrade": "websocket", "connection": "upgrade", "server": "bacalhau",
            "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        ]
        #expect(answer.status == 101)
        #expect(answer.headers == expected)
    }

    @Test(
        arguments: [
            .text(""), .text("häl"), .binary([0, 255]), .binary([UInt8](repeating: 7, count: 65_536)),
        ] as [RawWebSocket.Frame])
    func messageIsEchoed(frame: RawWebSocket.Frame) async throws {
        let answer = try await withConversation(Self.echo) { port in
            let socket = try RawWebSocket(port: port)
            try socket.send(frame)
            return try socket.receive()
        }
        #expect(answer == frame)
    }

    @Test
    func fragmentsAreJoinedAroundAPing() async throws {
        let answers = try await withConversation(Self.echo) { port in
            let socket = try RawWebSocket(port: port)
            try socket.send(.init(opcode: 1, payload: Array("ab".utf8), isFinal: false))
            try socket.send(.ping("are you there"))
            try socket.send(.init(opcode: 0, payload: Array("c".utf8)))
            return [try socket.receive(), try socket.receive()]
        }
        #expect(answers == [.pong("are you there"), .text("abc")])
    }

    @Test
    func messagesKeepTheirOrder() async throws {
        let answers = try await withConversation(Self.echo) { port in
            let socket = try RawWebSocket(port: port)
            for number in 0..<300 { try socket.send(.text("\(number)")) }
            return try (0..<300).map { _ in try socket.receive() }
        }
        #expect(answers == (0..<300).map { .text("\($0)") })
    }

    /// What violates the protocol, and the close code it gets.
    @Test(
        arguments: [
            (RawWebSocket.bytes(of: .text("a"), isMasked: false), 1002),
            (RawWebSocket.bytes(of: .init(opcode: 3, payload: [])), 1002),
            (RawWebSocket.bytes(of: .init(opcode: 0, payload: [1])), 1002),
            (RawWebSocket.bytes(of: .init(opcode: 9, payload: [], isFinal: false)), 1002),
            (RawWebSocket.bytes(of: .init(opcode: 8, payload: [3])), 1002),
            ([0xc1, 0x80, 0, 0, 0, 0], 1002),
            (RawWebSocket.bytes(of: .init(opcode: 1, payload: [0xff])), 1007),
            (RawWebSocket.bytes(of: .text(String(repeating: "a", count: 65_537))), 1009),
        ] as [([UInt8], UInt16)])
    func violationClosesTheConnection(bytes: [UInt8], code: UInt16) async throws {
        let (frame, rest) = try await withConversation(Self.echo) { port in
            let socket = try RawWebSocket(port: port)
            try socket.client.send(bytes)
            return (try socket.receive(), try socket.client.readToEnd())
        }
        #expect(frame.closeCode == code)
        #expect(rest == [])
    }

    @Test
    func closeOfThePeerIsAnsweredAndEndsReceiving() async throws {
        let code = Mutex<UInt16?>(nil)
        let answer = try await withConversation(
            { connection in
                let (last, end) = (try await connection.receive(), try await connection.receive())
                #expect(last == .text("last"))
                #expect(end == nil)
                code.withLock { $0 = connection.closeCode }
            },
            client: { port in
                let socket = try RawWebSocket(port: port)
                try socket.send(.text("last"))
                try socket.send(.close(3001, "bye"))
                return try socket.receive()
            })
        #expect(answer.closeCode == 3001)
        #expect(code.withLock { $0 } == 3001)
    }

    @Test
    func peerThatDropsCancelsTheConversation() async throws {
        let outcome = Mutex<UInt16?>(nil)
        let cancelled = Event()
        try await withConversation(
            { connection in
                await withTaskCancellationHandler {
                    await cancelled.wait()
                } onCancel: {
                    cancelled.happen()
                }
                outcome.withLock { $0 = connection.closeCode }
                await #expect(throws: HTTPServerError.connectionClosed) { try await connection.send(text: "late") }
            },
            client: { port in
                let socket = try RawWebSocket(port: port)
                socket.client.disconnect()
                #expect(cancelled.block())
            })
        #expect(outcome.withLock { $0 } == 1006)
    }

    @Test
    func endOfTheConversationClosesNormallyAfterAllMessages() async throws {
        let frames = try await withConversation(
            { connection in
                for number in 0..<3 { try await connection.send(text: "\(number)") }
            },
            client: { port in
                let socket = try RawWebSocket(port: port)
                return try (0..<4).map { _ in try socket.receive() }
            })
        #expect(frames == [.text("0"), .text("1"), .text("2"), .close(1000)])
    }

    @Test
    func failureOfTheConversationClosesWith1011() async throws {
        struct Broken: Error {}
        let frame = try await withConversation(
            { _ in throw Broken() },
            client: { port in
                try RawWebSocket(port: port).receive()
            })
        #expect(frame == .close(1011))
    }

    @Test
    func reasonIsSentAndCutAtACharacter() async throws {
        let frame = try await withConversation(
            { connection in
                connection.close(code: 4000, reason: String(repeating: "ä", count: 100))
            },
            client: { port in
                try RawWebSocket(port: port).receive()
            })
        #expect(frame == .close(4000, String(repeating: "ä", count: 61)))
    }

    @Test
    func slowPeerSuspendsTheSender() async throws {
        let most = Mutex(0)
        let text = String(repeating: "a", count: 50_000)
        let count = 1000
        let received = try await withConversation(
            { connection in
                for _ in 0..<count {
                    try await connection.send(text: text)
                    let outstanding = connection.outstandingBytes
                    most.withLock { $0 = max($0, outstanding) }
                }
            },
            client: { port in
                let socket = try RawWebSocket(port: port, receiveBuffer: 4096)
                var received = 0
                while try socket.receive().opcode == 1 { received += 1 }
                return received
            })
        #expect(received == count)
        #expect(most.withLock { $0 } <= HTTPExchange.highWater)
    }

    @Test
    func silentPeerIsPingedAndThenDropped() async throws {
        let (frame, rest) = try await withConversation(
            configure: { $0.webSocketPingInterval = .milliseconds(50) }, Self.echo,
            client: { port in
                let socket = try RawWebSocket(port: port)
                return (try socket.receive(), try socket.client.readToEnd())
            })
        #expect(frame == .ping(""))
        #expect(rest == [])
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        RawWebSocket.handshake.replacing("13", with: "8"),
        RawWebSocket.handshake.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"),
        RawWebSocket.handshake.replacing("GET", with: "POST"),
        RawWebSocket.handshake.replacing("keep-alive, Upgrade", with: "keep-alive"),
    ])
    func otherRequestsAreToldToUpgrade(request: String) async throws {
        let answer = try await withConversation(Self.echo) { port in
            let client = try RawClient(port: port)
            try client.send(request)
            return try client.readResponse()
        }
        #expect(answer.status == 426)
        #expect(answer.headers["upgrade"] == "websocket")
        #expect(answer.headers["sec-websocket-version"] == "13")
    }

    @Test
    func handshakeMayBeAnsweredWithAPlainResponse() async throws {
        let answer = try await withServer(
            handler: { request in HTTPResponse(status: request.isWebSocketHandshake ? 403 : 200) },
            client: { port in
                let client = try RawClient(port: port)
                try client.send(RawWebSocket.handshake)
                return try client.readResponse()
            })
        #expect(answer.status == 403)
    }

    @Test
    func dataBehindAnUnansweredHandshakeIsRefused() async throws {
        let answer = try await withConversation(Self.echo) { port in
            let client = try RawClient(port: port)
            try client.send(Array(RawWebSocket.handshake.utf8) + RawWebSocket.bytes(of: .text("early")))
            return try client.readToEnd()
        }
        #expect(answer == [])
    }

    @Test
    func stopClosesWithGoingAway() async throws {
        let started = Event()
        let cancelled = Event()
        var configuration = HTTPServerConfiguration()
        configuration.stopGrace = .seconds(60)
        let server = HTTPServer(configuration: configuration)
        let port = try server.start()
        async let run: Void = server.run { _ in
            HTTPResponse(
                status: 200,
                body: .webSocket { _ in
                    started.happen()
                    await withTaskCancellationHandler {
                        await cancelled.wait()
                    } onCancel: {
                        cancelled.happen()
                    }
                })
        }
        let frame = try await offPool {
            let socket = try RawWebSocket(port: port)
            #expect(started.block())
            server.shutdown()
            let frame = try socket.receive()
            try socket.send(frame)
            return frame
        }
        try await run
        #expect(frame == .close(1001, "server is stopping"))
    }
}
