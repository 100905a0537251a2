import BacalhauClient
import BacalhauTestSupport
import Testing

/// The built node with flags about the jobs it takes.
@Suite(.serialized, .timeLimit(.minutes(2))) struct JobSelectionTests {
    private func noop(_ name: String, cpu: String = "") -> Job {
        let engine = Engine(type: "noop", params: [:])
        return Job(name: name, tasks: [Job.Task(engine: engine, resources: ResourcesConfig(cpu: cpu))])
    }

    @Test func aJobThatTheProbeDeclinesFailsAtOnceWithItsReason() async throws {
        let node = try NodeProcess(flags: [
            "--job-selection-probe-exec", "grep -q forbidden && { echo no forbidden jobs here >&2; exit 1; }; exit 0",
            "--limit-job-cpu=500m",
        ])
        try await node.start()
        let client = await node.client
        let cases: [(Job, JobStateType, String)] = [
            (noop("welcome"), .completed, ""), (noop("forbidden"), .failed, "no forbidden jobs here"),
            (noop("large", cpu: "600m"), .failed, "does not have enough capacity (CPU: 600m asked, 500m there)"),
        ]
        for (job, state, reason) in cases {
            let id = try await client.jobs.submit(job).jobID.rawValue
            let ended = try await client.jobs.wait(for: id)
            #expect(ended.state.type == state)
            #expect(reason.isEmpty || ended.state.message.contains(reason), "\(ended.state.message)")
        }
    }

    @Test func aNodeDoesNotStartWithMoreThanItsMachineHas() async throws {
        let node = try NodeProcess(flags: ["--limit-total-cpu=100000"])
        let error = try await #require(throws: BacalhauError.self) { try await node.start() }
        #expect(error.message.contains("Error: limits above what this machine has: CPU: 100000000m asked"))
    }
}
