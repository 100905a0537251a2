import BacalhauClient
import BacalhauTestSupport
import Testing

/// What a node no longer keeps, and how it says so.
@Suite(.serialized, .timeLimit(.minutes(2))) struct NodeRetentionTests {
    private static let job = Job(
        name: "a",
        tasks: [
            Job.Task(engine: Engine(type: "noop", params: ["Stdout": "out\n"]), publisher: Publisher(type: "local"))
        ])

    /// A node on whose data one job has run before its last start.
    private func restarted(flags: [String]) async throws -> (node: NodeProcess, job: String) {
        let node = try NodeProcess(flags: flags)
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(Self.job).jobID.rawValue
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        await node.stop()
        try await node.start()
        return (node, id)
    }

    /// Repeats `call` until it fails, because what it asks for is removed beside the start.
    private func failure(of call: () async throws -> Void) async throws -> BacalhauError {
        while true {
            do { try await call() } catch let error as BacalhauError { return error }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func theLogOfAnOldJobIsNamedAsNoLongerKept() async throws {
        let (node, id) = try await restarted(flags: ["--log-retention-age", "0s"])
        let client = await node.client
        let error = try await failure { for try await _ in client.jobs.logs(id) {} }
        #expect(error.code == .notFound)
        let execution = try #require(try await client.jobs.executions(id).items.first)
        #expect(error.message.hasPrefix("log not found: that of execution \(execution.id) is no longer kept (Logs are"))
        #expect(error.message.contains("--log-retention-age"))
        #expect(execution.runOutput?.stdout == "out\n")
    }

    @Test func anEndedJobThatWasDeletedIsNotFoundWithAHint() async throws {
        let (node, id) = try await restarted(flags: ["--job-retention-age", "0s"])
        let client = await node.client
        let error = try await failure { _ = try await client.jobs.get(id) }
        #expect(error.code == .notFound)
        #expect(error.message == "Job not found. ID: \(id)")
        #expect(error.hint.contains("--job-retention-age"))
        #expect(try await client.jobs.list().items.isEmpty)
    }
}
