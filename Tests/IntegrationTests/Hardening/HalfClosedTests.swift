import BacalhauTestSupport
import Testing

/// Clients that close their sending side, or vanish, in the middle of everything.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HalfClosedTests {
    private static let head = "PUT \(LiveAPI.jobs) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    /// How far the client gets, and what it is answered.
    private static let phases: [(sent: String, statuses: [Int])] = [
        ("", []),
        ("GET /api/v1/agent/al", []),
        ("GET /api/v1/agent/alive HTTP/1.1\r\n", []),
        ("GET /api/v1/agent/alive HTTP/1.1\r\nHost: x\r\nX-A", []),
        (head + "Content-Length: 100\r\n\r\n", []),
        (head + "Content-Length: 100\r\n\r\n{\"Job\":", []),
        (head + "Transfer-Encoding: chunked\r\n\r\n", []),
        (head + "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"Job\":", []),
        (head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", []),
        ("GET /api/v1/agent/alive HTTP/1.1\r\nHost: x\r\n\r\n", [200]),
        (head + "Content-Length: 2\r\n\r\n{}", [400]),
    ]

    @Test(arguments: [false, true])
    func halfClosedConnectionEndsInEveryPhase(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            for _ in 0..<10 {
                for phase in Self.phases {
                    let statuses = try attacked.statuses(answering: phase.sent)
                    // A reply may be lost when the end comes together with the request: most such clients have gone.
                    #expect(statuses == phase.statuses || statuses == [], "\(phase.sent)")
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func clientsThatVanishInEveryPhaseLeaveNothingBehind(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            for turn in 0..<20 {
                for phase in Self.phases {
                    let client = try attacked.connect()
                    try client.send(phase.sent)
                    if turn % 2 == 0 { client.reset() } else { client.disconnect() }
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func streamedAnswerEndsForClientsThatHaveGone(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let job = try Self.submit(
                #"{"Stdout":"\#(String(repeating: "0123456789abcdef", count: 4000))","Delay":30}"#, to: attacked)
            let target = "\(LiveAPI.jobs)/\(job)/logs?follow=true"
            for turn in 0..<30 {
                let socket = try RawWebSocket(port: attacked.port, target: target, usesTLS: usesTLS)
                if turn % 3 == 0 { socket.client.finishSending() }
                if turn % 3 == 1 { socket.client.reset() }
                if turn % 3 == 2 { _ = try socket.receive() }
                socket.client.disconnect()
            }
            let client = try attacked.connect()
            try client.send("DELETE \(LiveAPI.jobs)/\(job) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test(arguments: [false, true])
    func longPollEndsForClientsThatHaveGone(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let job = try Self.submit(#"{"Delay":30}"#, to: attacked)
            for turn in 0..<60 {
                let client = try attacked.connect()
                try client.send(
                    "GET \(LiveAPI.jobs)/\(job)?wait=3600&wait_revision=1000000 HTTP/1.1\r\nHost: x\r\n\r\n")
                if turn % 3 == 0 { client.finishSending() }
                if turn % 3 == 1 { client.reset() }
                client.disconnect()
            }
        }
    }

    private static func submit(_ params: String, to attacked: AttackedNode) throws -> String {
        let body =
            #"{"Job":{"Type":"batch","Count":1,"Tasks":[{"Name":"a","Engine":{"Type":"noop","Params":\#(params)}}]}}"#
        let client = try attacked.connect()
        try client.send(head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
        let answer = try client.readResponse()
        #expect(answer.status == 200, "\(answer.text)")
        let mark = #""JobID":""#
        guard let start = answer.text.firstRange(of: mark)?.upperBound else { return "" }
        return String(answer.text[start...].prefix { $0 != "\"" })
    }
}
