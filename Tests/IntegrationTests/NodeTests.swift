import BacalhauClient
import BacalhauTestSupport
import Testing

/// The built node, asked through the client library.
@Suite(.serialized, .timeLimit(.minutes(2))) struct NodeTests {
    private func noop(_ params: [String: JSONValue] = [:]) -> Job {
        Job(name: "a", labels: ["env": "demo"], tasks: [Job.Task(engine: Engine(type: "noop", params: params))])
    }

    @Test func aJobRunsAndItsOutputIsKept() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(noop(["Stdout": "out\n", "Stderr": "err\n", "ExitCode": 3])).jobID
            .rawValue
        let job = try await client.jobs.wait(for: id)
        #expect(job.state.type == .completed)
        let execution = try #require(try await client.jobs.executions(id).items.first)
        #expect(execution.runOutput == RunResult(stdout: "out\n", stderr: "err\n", exitCode: 3))
        #expect(execution.publishedResult == .empty)
        var lines: [LogMessage] = []
        for try await message in client.jobs.logs(id) { lines.append(message) }
        #expect(lines == [LogMessage(type: 1, line: "out\n"), LogMessage(type: 2, line: "err\n")])
        let history = try await client.jobs.history(id).items
        #expect(history.compactMap(\.jobState?.new) == [.pending, .running, .completed])
        #expect(history.compactMap(\.executionState?.new) == [.new, .bidAccepted, .completed])
    }

    @Test func aFollowedLogArrivesWhileTheJobRunsAndEndsWithIt() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(noop(["Stdout": "first\n", "Delay": 1.0])).jobID.rawValue
        _ = try await client.jobs.wait(for: id, until: .running)
        var lines: [String] = []
        for try await message in client.jobs.logs(id, follow: true) {
            if lines.isEmpty { #expect(try await client.jobs.get(id).job.state.type == .running) }
            lines.append(message.line)
        }
        #expect(lines == ["first\n"])
    }

    @Test func aRunningJobIsStoppedByAShortIdentifier() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(noop(["Delay": 60])).jobID
        #expect(try await client.jobs.stop(id.short, reason: "enough") != nil)
        #expect(try await client.jobs.stop(id.short) == nil)
        #expect(try await client.jobs.wait(for: id.rawValue).state.type == .stopped)
        let item = try await client.jobs.history(id.rawValue).items.first { $0.jobState?.new == .stopped }
        #expect(item?.event.details["Reason"] == "enough")
    }

    @Test func waitingForAJobOutlastsARestartOfTheNode() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(noop(["Delay": 0.5])).jobID
        var states: [JobStateType] = []
        for try await job in client.jobs.states(of: id) {
            states.append(job.state.type)
            guard states.last == .running, states.count < 3 else { continue }
            await node.kill9()
            try await node.start(again: true)
        }
        #expect(states.contains(.running))
        #expect(states.last == .completed)
    }

    @Test func failuresNameTheirReason() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let cases: [(Job, String)] = [
            (noop(["FailAt": "run", "Error": "boom"]), "execution error: boom"),
            (noop(["FailAt": "start", "Error": "boom"]), "boom"),
            (noop(["Delay": "x"]), "noop parameter Delay must be a number of seconds up to one day"),
            (Job(tasks: [Job.Task(engine: Engine(type: "flibble"))]), "does not support flibble"),
        ]
        for (job, reason) in cases {
            let id = try await client.jobs.submit(job).jobID.rawValue
            let ended = try await client.jobs.wait(for: id)
            #expect(ended.state.type == .failed)
            #expect(ended.state.message.contains(reason), "\(ended.state.message)")
        }
    }

    @Test func wrongRequestsGetTheRightStatus() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        func code(_ body: () async throws -> Void) async -> BacalhauError.Code? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? BacalhauError)?.code
            }
        }
        #expect(await code { _ = try await client.jobs.get("j-unknown") } == .notFound)
        #expect(await code { _ = try await client.jobs.submit(Job(tasks: [])) } == .validation)
        for _ in 0..<20 { _ = try await client.jobs.submit(noop()) }
        #expect(await code { _ = try await client.jobs.get("j-") } == .ambiguous)
        #expect(await code { _ = try await client.nodes.get("nobody") } == .notFound)
    }

    @Test func listsAreServedInPagesAndFiltered() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        for _ in 0..<5 { _ = try await client.jobs.submit(noop()) }
        var query = JobListQuery()
        query.limit = 2
        var seen: [JobID] = []
        for try await job in client.jobs.all(query) { seen.append(job.id) }
        #expect(Set(seen).count == 5)
        query.labels = ["env=prod"]
        #expect(try await client.jobs.list(query).items.isEmpty)
        query.labels = ["env=demo"]
        #expect(try await client.jobs.list(query).items.count == 2)
    }
}
