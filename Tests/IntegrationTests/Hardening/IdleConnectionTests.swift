import BacalhauTestSupport
import Glibc
import Testing

/// Clients that connect and do nothing, more of them than anybody needs.
@Suite(.serialized, .timeLimit(.minutes(3))) struct IdleConnectionTests {
    private static let alive = "/api/v1/agent/alive"

    @Test(arguments: [false, true])
    func thousandIdleConnectionsCostLittleAndHoldNobodyUp(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS) { attacked in
            // Twice, so that what the first ones have used is seen to serve the next ones.
            for _ in 0..<2 {
                let idle = try (0..<1000).map { _ in try attacked.connect() }
                for _ in 0..<20 { #expect(try attacked.aliveStatus() == 200) }
                // Half of them ask something and then are idle again.
                for client in idle[..<500] { #expect(try client.get(Self.alive).status == 200) }
                for _ in 0..<20 { #expect(try attacked.aliveStatus() == 200) }
                // Each is still served when it wakes up.
                for client in idle.suffix(20) { #expect(try client.get(Self.alive).status == 200) }
                for client in idle { client.disconnect() }
            }
        }
    }

    @Test(arguments: [false, true])
    func connectionsOverTheConfiguredNumberAreToldToComeBack(usesTLS: Bool) async throws {
        try await AttackedNode.run(usesTLS: usesTLS, flags: ["--http-max-connections", "10"]) { attacked in
            // Connections of the start may still be ending.
            var taken: [RawClient] = []
            for _ in 0..<1000 where taken.count < 10 {
                guard let client = try? attacked.connect(), (try? client.get(Self.alive).status) == 200 else {
                    usleep(10_000)
                    continue
                }
                taken.append(client)
            }
            #expect(taken.count == 10)
            // Over TLS there is nobody to answer, so that the handshake fails.
            if usesTLS {
                #expect(throws: RawClient.Failure.self) { try attacked.connect() }
            } else {
                let refused = try attacked.connect().readResponse()
                #expect(refused.status == 503)
            }
            let served = try taken[0].get(Self.alive)
            #expect(served.status == 200)
            taken[0].disconnect()
            taken[1].disconnect()
            var isServed = false
            for _ in 0..<1000 where !isServed {
                isServed = (try? attacked.aliveStatus()) == 200
                if !isServed { usleep(10_000) }
            }
            #expect(isServed)
            for client in taken { client.disconnect() }
        }
    }

    @Test func nodeWithFewDescriptorsSaysSoAndKeepsSomeForItself() async throws {
        let node = try NodeProcess(descriptorLimit: 200)
        try await node.start()
        let text = await node.startText
        #expect(
            text.contains(
                "warning: the process may open 200 files: the API takes 75 connections at one time instead of 4096; "
                    + "raise the limit to 5974 (ulimit -n, LimitNOFILE= of the service) or set --http-max-connections"),
            "\(text)")
        let port = try #require(await node.endpoint.split(separator: ":").last.flatMap { Int($0) })
        let idle = try (0..<75).map { _ in try RawClient(port: port) }
        for client in idle.prefix(75) { #expect(try client.get(Self.alive).status == 200) }
        for _ in 0..<200 { #expect(try RawClient(port: port).readResponse().status == 503) }
        // A job runs all the same: its client is one of those that are connected.
        let body = #"{"Job":{"Type":"batch","Count":1,"Tasks":[{"Name":"a","Engine":{"Type":"noop"}}]}}"#
        try idle[0].send(
            "PUT \(LiveAPI.jobs) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(try idle[0].readResponse().status == 200)
        for client in idle { client.disconnect() }
        #expect(await node.stop() == 0)
    }

    @Test func nodeWithTooFewDescriptorsDoesNotStart() async throws {
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        let node = TestPlaces.products + "/bacalhau-node"
        let run = try await ProgramRun.run(
            "/bin/sh", ["-c", "ulimit -n 64 && exec \(node) serve --port 0 --data-dir \(directory)/d"])
        #expect(run.exitCode == 1)
        #expect(
            run.output.contains("the process may open only 64 files, and a node needs at least 128"), "\(run.output)")
    }
}
