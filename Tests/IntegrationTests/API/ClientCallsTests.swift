import BacalhauClient
import BacalhauTestSupport
import Synchronization
import Testing

/// Calls of the typed client that v1.4.0 does not have, on a real node.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ClientCallsTests {
    private func job(_ output: String, count: Int = 1) -> Job {
        let engine = Engine(type: "noop", params: ["Stdout": .string(output)])
        return Job(name: "words", count: count, tasks: [Job.Task(engine: engine, publisher: .local)])
    }

    @Test func aJobIsComparedWithTheOneThatIsKnown() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        await #expect(throws: BacalhauError.self) { try await client.jobs.diff(job("a")) }
        let id = try await client.jobs.submit(job("a")).jobID.rawValue
        #expect(try await client.jobs.diff(job("a")) == JobDifference(lines: []))
        let place = "Tasks[0].Engine.Params.Stdout"
        #expect(try await client.jobs.diff(job("b")).lines == [#"- \#(place): "a""#, #"+ \#(place): "b""#])
        #expect(try await client.jobs.versions(id).map(\.id.rawValue) == [id])
        #expect(try await client.agent.configuration() != .null)
        var nodes = 0
        for try await _ in client.nodes.all() { nodes += 1 }
        #expect(nodes == 1)
    }

    @Test func aJobThatIsKnownRunsAnewWhenForced() async throws {
        let node = try NodeProcess()
        try await node.start()
        var options = BacalhauClientOptions()
        options.clientVersion = "v1.9.3"
        let client = BacalhauClient(endpoint: await node.endpoint, options: options)
        let id = try await client.jobs.submit(job("a")).jobID
        let refusal = await #expect(throws: BacalhauError.self) { try await client.jobs.submit(job("a")) }
        #expect(refusal?.code == .conflict)
        #expect(try await client.jobs.submit(job("a"), force: true).jobID == id)
        #expect(try await client.jobs.versions(id.rawValue).count == 2)
    }

    @Test func resultsOfAllPartitionsComeThroughTheOrchestrator() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(job("a\n", count: 3)).jobID.rawValue
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let seen = Mutex(0)
        let report = try await client.jobs.downloadResults(
            of: id, into: folder,
            options: DownloadOptions(route: .orchestrator) { received, total in
                if received == total { seen.withLock { $0 += 1 } }
            })
        #expect(report.results.count == 3)
        #expect(report.unsupported == [])
        #expect(seen.withLock { $0 } == 3)
        #expect(try TestPlaces.text(of: folder + "/stdout") == "a\na\na\n")
    }
}
