import BacalhauClient
import BacalhauTestSupport
import Testing

/// Jobs of all types on the built node, over HTTP: their lives, running them again, and why they wait.
@Suite(.serialized, .timeLimit(.minutes(2))) struct JobLifeTests {
    private static func noop(
        _ params: [String: JSONValue] = [:], type: JobType = .batch, count: Int = 1,
        resources: ResourcesConfig = ResourcesConfig()
    ) -> Job {
        Job(
            type: type, count: count,
            tasks: [Job.Task(engine: Engine(type: "noop", params: params), resources: resources)])
    }

    /// The refusal of a call; `nil` when it succeeds.
    private func refusal(_ body: () async throws -> Void) async -> BacalhauError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? BacalhauError
        }
    }

    // MARK: Partitions

    @Test func eachPartitionKnowsItsIndex() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(Self.noop(["ShowEnvironment": true], count: 3)).jobID.rawValue
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        let executions = try await client.jobs.executions(id).items
        #expect(executions.map(\.partitionIndex).sorted() == [0, 1, 2])
        for execution in executions {
            let output = execution.runOutput?.stdout ?? ""
            #expect(output.contains("BACALHAU_PARTITION_COUNT=3\n"))
            #expect(output.contains("BACALHAU_PARTITION_INDEX=\(execution.partitionIndex)\n"))
            #expect(output.contains("BACALHAU_EXECUTION_ID=\(execution.id)\n"))
        }
    }

    @Test func onlyThePartitionThatFailedIsRunAgain() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let params: [String: JSONValue] = [
            "FailAt": "start", "FailPartitions": [1], "FailTimes": 2, "Retryable": true, "Error": "boom",
        ]
        var job = Self.noop(params, count: 3)
        // While the second attempt waits, the other partitions complete.
        job.retryPolicy = Job.RetryPolicy(retryCountMax: 1, backoffSeconds: 1)
        let id = try await client.jobs.submit(job).jobID.rawValue
        let failed = try await client.jobs.wait(for: id)
        #expect(failed.state.type == .failed)
        #expect(failed.state.message.contains("boom (tried 2 times)"))

        let rerun = try await client.jobs.rerun(id, reason: "the cause is gone")
        #expect(rerun.jobID.rawValue == id)
        #expect(rerun.version == 1)
        let done = try await client.jobs.wait(for: id)
        #expect(done.state.type == .completed)
        #expect(done.version == 1)
        let second = try await client.jobs.executions(id).items.filter { $0.jobVersion == 1 }
        #expect(second.map(\.partitionIndex) == [1])
        #expect(second.first?.computeState.type == .completed)
        let history = try await client.jobs.history(id).items
        #expect(history.contains { $0.event.details["Reason"] == "the cause is gone" })
    }

    @Test func rerunsThatMakeNoSenseAreRefusedWithAHint() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        #expect(await refusal { try await client.jobs.rerun("j-unknown") }?.code == .notFound)
        let running = try await client.jobs.submit(Self.noop(["Delay": 60])).jobID.rawValue
        let early = await refusal { try await client.jobs.rerun(running) }
        #expect(early?.code == .conflict)
        #expect(early?.details["HTTPStatus"] == "409")
        #expect(early?.hint == "Stop it first, or wait until it has ended.")
        let id = try await client.jobs.submit(Self.noop()).jobID.rawValue
        _ = try await client.jobs.wait(for: id)
        #expect(await refusal { try await client.jobs.rerun(id) }?.code == .conflict)
        #expect(await refusal { try await client.jobs.rerun(id, all: true, version: 7) }?.code == .badRequest)
        #expect(try await client.jobs.rerun(id, all: true).version == 1)
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
    }

    @Test func aRerunOfAllReplacesTheResults() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        var job = Self.noop(["Stdout": "out\n"], count: 2)
        job.tasks[0].publisher = Publisher(type: "local")
        let id = try await client.jobs.submit(job).jobID.rawValue
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        let before = try await client.jobs.results(id)
        #expect(before.count == 2)
        _ = try await client.jobs.rerun(id, all: true)
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        let after = try await client.jobs.results(id)
        #expect(after.count == 2)
        #expect(Set(after).isDisjoint(with: Set(before)))
    }

    // MARK: Types

    @Test func anOpsJobRunsOnTheNodeAndSaysWhyItFailed() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let good = try await client.jobs.submit(Self.noop(type: .ops)).jobID.rawValue
        #expect(try await client.jobs.wait(for: good).state.type == .completed)
        #expect(try await client.jobs.executions(good).items.count == 1)
        let params: [String: JSONValue] = ["FailAt": "run", "Error": "boom"]
        let bad = try await client.jobs.submit(Self.noop(params, type: .ops)).jobID.rawValue
        let failed = try await client.jobs.wait(for: bad)
        #expect(failed.state.type == .failed)
        #expect(failed.state.message.contains("execution error: boom"))
    }

    @Test func aDaemonJobRunsUntilItIsStopped() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(Self.noop(["Delay": 600], type: .daemon)).jobID.rawValue
        #expect(try await client.jobs.wait(for: id, until: .running).state.type == .running)
        #expect(try await client.jobs.executions(id).items.count == 1)
        #expect(try await client.jobs.stop(id, reason: "enough") != nil)
        #expect(try await client.jobs.wait(for: id).state.type == .stopped)
    }

    @Test func aServiceWhoseExecutionEndsIsStartedAgain() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        var job = Self.noop(["FailAt": "run", "FailTimes": 1, "Error": "boom", "Delay": 0.2], type: .service)
        job.retryPolicy = Job.RetryPolicy(backoffSeconds: 0)
        let id = try await client.jobs.submit(job).jobID.rawValue
        var executions: [Execution] = []
        while executions.count < 2 {
            try await Task.sleep(for: .milliseconds(20))
            executions = try await client.jobs.executions(id).items
        }
        #expect(executions.contains { $0.computeState.type == .failed })
        let history = try await client.jobs.history(id).items
        #expect(history.contains { $0.event.message.contains("Trying again now (attempt 2)") })
        #expect(try await client.jobs.get(id).job.state.type == .running)
        #expect(try await client.jobs.stop(id) != nil)
    }

    // MARK: Waiting

    @Test func aQueuedJobIsExplainedAndStoppedByItsShortIdentifier() async throws {
        let node = try NodeProcess(flags: ["--limit-total-cpu", "1", "--default-queue-timeout", "1h"])
        try await node.start()
        let client = await node.client
        let cpu = ResourcesConfig(cpu: "1")
        let first = try await client.jobs.submit(Self.noop(["Delay": 600], resources: cpu)).jobID
        _ = try await client.jobs.wait(for: first.rawValue, until: .running)
        let second = try await client.jobs.submit(Self.noop(resources: cpu)).jobID
        let explanation = try await client.jobs.explain(second.short)
        #expect(explanation.position == 1)
        #expect(explanation.waitingCount == 1)
        #expect(explanation.missingCount == 1)
        #expect(explanation.obstacles.count == 1)
        #expect(explanation.obstacles.first?.reason.hasPrefix("has no room now") == true)
        #expect(explanation.wakeUps.contains { $0.reason == "the queue timeout ends it" })
        // The node's confirmation comes a little later than the state "Running".
        while try await client.jobs.explain(first.rawValue).summary.contains("not confirmed yet") {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await client.jobs.explain(first.rawValue).summary.hasPrefix("It runs: 1 "))
        #expect(await refusal { _ = try await client.jobs.explain("j-unknown") }?.code == .notFound)
        #expect(try await client.jobs.stop(second.short, reason: "no need") != nil)
        #expect(try await client.jobs.wait(for: second.rawValue).state.type == .stopped)
        #expect(try await client.jobs.explain(second.rawValue).summary.hasPrefix("The job is stopped"))
    }

    @Test func aNodeThatHasToBeApprovedGetsNoWorkBefore() async throws {
        let node = try NodeProcess(flags: ["--manual-node-approval"])
        try await node.start()
        let client = await node.client
        let id = try await client.jobs.submit(Self.noop()).jobID.rawValue
        let explanation = try await client.jobs.explain(id)
        #expect(explanation.obstacles.map(\.reason) == ["is not approved"])
        let name = try #require(explanation.obstacles.first?.examples.first)
        try await client.nodes.approve(name.rawValue)
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
    }
}
