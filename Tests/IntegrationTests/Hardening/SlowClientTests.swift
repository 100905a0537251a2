import BacalhauTestSupport
import Testing

/// Clients that keep a connection busy without getting anywhere.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SlowClientTests {
    private static let head = "PUT \(LiveAPI.jobs) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    @Test(arguments: [false, true])
    func dribblersAreCutWhileOthersAreServed(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            let starts =
                ["GET / HTT", "GET / HTTP/1.1\r\nHost: x\r\nX-A: b"]
                + [
                    "Content-Length: 100000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\nffff\r\n{",
                    "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n",
                ].map { Self.head + $0 }
            let clients = try (0..<20).flatMap { _ in
                try starts.map { start in
                    let client = try attacked.connect()
                    try client.send(start)
                    return client
                }
            }
            // Those that are cut while we are still at the others may lose their answer, too.
            var isCut = [Bool](repeating: false, count: clients.count)
            for _ in 0..<10 {
                // One byte more each: what counts is the time since the first one.
                for (index, client) in clients.enumerated() where !isCut[index] {
                    do { try client.send("1") } catch { isCut[index] = true }
                }
                #expect(try attacked.aliveStatus() == 200)
            }
            for (index, client) in clients.enumerated() where !isCut[index] {
                let statuses = AttackedNode.statuses(in: try client.readToEnd()).filter { $0 != 100 }
                // A chunk whose size dribbles in may be found wrong before its time is up.
                #expect(statuses == [408] || statuses == [400])
            }
        }
    }

    @Test(arguments: [false, true])
    func readersThatTakeNothingAreCut(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            // The API document many times over: more than the buffers of both sides hold.
            let request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
            let clients = try (0..<10).map { _ in try attacked.connect() }
            for client in clients { try? client.send(String(repeating: request, count: 300)) }
            #expect(try attacked.aliveStatus() == 200)
            for client in clients { client.disconnect() }
        }
    }
}
