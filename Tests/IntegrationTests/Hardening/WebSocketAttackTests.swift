import BacalhauTestSupport
import Testing

/// Frames that no client may send, to the one WebSocket that the API has.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WebSocketAttackTests {
    private typealias Frame = RawWebSocket.Frame

    /// A name, the bytes, and the close code they are answered with.
    private static let violations: [(name: String, bytes: [UInt8], code: UInt16)] = [
        ("unmasked", RawWebSocket.bytes(of: .text("a"), isMasked: false), 1002),
        ("RSV1", [0xC1, 0x80, 0, 0, 0, 0], 1002),
        ("RSV2", [0xA1, 0x80, 0, 0, 0, 0], 1002),
        ("RSV3", [0x91, 0x80, 0, 0, 0, 0], 1002),
        ("opcode 3", RawWebSocket.bytes(of: Frame(opcode: 3, payload: [])), 1002),
        ("opcode 15", RawWebSocket.bytes(of: Frame(opcode: 15, payload: [])), 1002),
        ("long ping", RawWebSocket.bytes(of: Frame(opcode: 9, payload: [UInt8](repeating: 65, count: 126))), 1002),
        ("huge ping", [0x89, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], 1002),
        ("fragmented ping", RawWebSocket.bytes(of: Frame(opcode: 9, payload: [], isFinal: false)), 1002),
        ("fragmented close", RawWebSocket.bytes(of: Frame(opcode: 8, payload: [3, 0xE8], isFinal: false)), 1002),
        ("continuation of nothing", RawWebSocket.bytes(of: Frame(opcode: 0, payload: [65])), 1002),
        (
            "message inside a message",
            RawWebSocket.bytes(of: Frame(opcode: 1, payload: [65], isFinal: false))
                + RawWebSocket.bytes(of: .text("b")), 1002
        ),
        ("text that is not UTF-8", RawWebSocket.bytes(of: Frame(opcode: 1, payload: [0xFF])), 1007),
        ("surrogate in text", RawWebSocket.bytes(of: Frame(opcode: 1, payload: [0xED, 0xA0, 0x80])), 1007),
        (
            "UTF-8 cut off over fragments",
            RawWebSocket.bytes(of: Frame(opcode: 1, payload: [0xC3], isFinal: false))
                + RawWebSocket.bytes(of: Frame(opcode: 0, payload: [])), 1007
        ),
        ("half a close code", RawWebSocket.bytes(of: Frame(opcode: 8, payload: [3])), 1002),
        ("close code 0", RawWebSocket.bytes(of: .close(0)), 1002),
        ("close code 999", RawWebSocket.bytes(of: .close(999)), 1002),
        ("close code 1005", RawWebSocket.bytes(of: .close(1005)), 1002),
        ("close code 1006", RawWebSocket.bytes(of: .close(1006)), 1002),
        ("close reason that is not UTF-8", RawWebSocket.bytes(of: Frame(opcode: 8, payload: [3, 0xE8, 0xFF])), 1002),
        ("2^63 bytes", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1009),
        ("2^62 bytes", [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1009),
        ("length in too many bytes", [0x82, 0xFE, 0, 1, 1, 2, 3, 4, 65], 1002),
        ("one byte over the limit", RawWebSocket.bytes(of: .binary([UInt8](repeating: 65, count: 65_537))), 1009),
        (
            "fragments over the limit",
            RawWebSocket.bytes(of: Frame(opcode: 2, payload: [UInt8](repeating: 65, count: 65_000), isFinal: false))
                + RawWebSocket.bytes(of: Frame(opcode: 0, payload: [UInt8](repeating: 65, count: 65_000))), 1009
        ),
    ]

    @Test(arguments: [false, true])
    func violationsCloseTheirConnectionOnly(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let target = try Self.followedLog(of: attacked)
            let good = try RawWebSocket(port: attacked.port, target: target, usesTLS: usesTLS)
            for violation in Self.violations {
                let socket = try RawWebSocket(port: attacked.port, target: target, usesTLS: usesTLS)
                try socket.client.send(violation.bytes)
                let frame = try socket.receive()
                #expect(frame.closeCode == violation.code, "\(violation.name)")
                #expect(try socket.client.readToEnd() == [], "\(violation.name)")
            }
            try good.send(.ping("still there"))
            #expect(try good.receive() == .pong("still there"))
        }
    }

    @Test(arguments: [false, true])
    func dataAfterTheCloseIsNotAnswered(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let target = try Self.followedLog(of: attacked)
            for _ in 0..<20 {
                let socket = try RawWebSocket(port: attacked.port, target: target, usesTLS: usesTLS)
                try socket.client.send(
                    RawWebSocket.bytes(of: .close(1000)) + RawWebSocket.bytes(of: .ping("late"))
                        + RawWebSocket.bytes(of: .text("late")))
                #expect(try socket.receive().closeCode == 1000)
                #expect(try socket.client.readToEnd() == [])
            }
        }
    }

    @Test(arguments: [false, true])
    func floodsOfFramesAreBounded(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let target = try Self.followedLog(of: attacked)
            let floods: [[UInt8]] = [
                RawWebSocket.bytes(of: .ping("")), RawWebSocket.bytes(of: .pong("unasked")),
                RawWebSocket.bytes(of: .text("")), RawWebSocket.bytes(of: .binary([UInt8](repeating: 65, count: 500))),
            ].map { frame in Array([[UInt8]](repeating: frame, count: 20_000 / frame.count).joined()) }
            for flood in floods {
                let sockets = try (0..<10).map { _ in
                    try RawWebSocket(port: attacked.port, target: target, usesTLS: usesTLS)
                }
                for socket in sockets { try socket.client.send(flood) }
                #expect(try attacked.aliveStatus() == 200)
                for socket in sockets { socket.client.reset() }
            }
        }
    }

    @Test(arguments: [false, true])
    func handshakesThatAreNoneAreRefused(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let target = try Self.followedLog(of: attacked)
            let good = RawWebSocket.handshake(of: target)
            let changes = [
                ("Version: 13", "Version: 12"), ("Version: 13", "Version: 13, 13"), ("dGhlIHNhbXBsZSBub25jZQ==", "a"),
                ("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ"), ("Upgrade: websocket", "Upgrade: h2c"),
                ("keep-alive, Upgrade", "keep-alive"), ("HTTP/1.1", "HTTP/1.0"), ("GET ", "PUT "),
            ]
            for (old, new) in changes {
                let client = try attacked.connect()
                try client.send(good.replacing(old, with: new))
                let status = try client.readResponse().status
                #expect((400..<500).contains(status), "\(new): \(status)")
            }
        }
    }

    /// The target that follows the log of a job which runs for a while and says nothing.
    private static func followedLog(of attacked: AttackedNode) throws -> String {
        let body =
            #"{"Job":{"Type":"batch","Count":1,"Tasks":[{"Name":"a","Engine":{"Type":"noop","Params":{"Delay":60}}}]}}"#
        let client = try attacked.connect()
        try client.send(
            "PUT \(LiveAPI.jobs) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let answer = try client.readResponse().text
        guard let start = answer.firstRange(of: #""JobID":""#)?.upperBound else { return "" }
        let id = answer[start...].prefix { $0 != "\"" }
        // Nothing but the state is waited for: the log can be followed once the job runs.
        for _ in 0..<200 {
            if try client.get("\(LiveAPI.jobs)/\(id)").text.contains(#""StateType":"Running""#) { break }
        }
        return "\(LiveAPI.jobs)/\(id)/logs?follow=true"
    }
}
