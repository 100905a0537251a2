import BacalhauClient
import BacalhauTestSupport
import Testing

/// Real processes that are killed in the middle of their work.
@Suite(.serialized) struct CrashTests {
    private func job(_ number: Int, delay: Double) -> Job {
        Job(
            name: "job-\(number)",
            tasks: [
                Job.Task(
                    engine: Engine(type: "noop", params: ["Delay": .double(delay)]),
                    resources: ResourcesConfig(cpu: "5m", memory: "1mb"))
            ])
    }

    @Test(.timeLimit(.minutes(3)))
    func everyAcknowledgedJobEndsOnceWhenTheNodeIsKilledInTheMiddle() async throws {
        let node = try NodeProcess()
        try await node.start()
        var acknowledged: Set<String> = []
        let client = await node.client
        for number in 0..<200 {
            acknowledged.insert(try await client.jobs.submit(job(number, delay: 20)).jobID.rawValue)
        }
        try await expectRunning(acknowledged, client: client)
        await node.kill9()
        try await node.start()
        let second = await node.client
        for number in 200..<220 {
            acknowledged.insert(try await second.jobs.submit(job(number, delay: 0.1)).jobID.rawValue)
        }
        await node.kill9()
        try await node.start()
        try await expectAllCompletedOnce(acknowledged, client: node.client)
        #expect(await node.stop() == 0)
    }

    /// Waits until the node has taken every job. On a busy machine the first may have ended by then, but not all.
    private func expectRunning(_ ids: Set<String>, client: BacalhauClient) async throws {
        for id in ids {
            // That a node took an execution changes nothing in its job, so there is no event to wait for.
            while true {
                let states = try await client.jobs.executions(id).items.map(\.computeState.type)
                if states.contains(where: { $0 == .bidAccepted || $0 == .completed }) { break }
                try #require(!states.contains { $0.isTerminal })
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        var query = JobListQuery()
        query.limit = 1000
        let states = try await client.jobs.list(query).items.map(\.state.type)
        #expect(states.count == 200)
        #expect(states.contains(.running))
    }

    private func expectAllCompletedOnce(_ ids: Set<String>, client: BacalhauClient) async throws {
        #expect(ids.count == 220)
        for id in ids {
            let job = try await client.jobs.wait(for: id)
            #expect(job.state.type == .completed, "\(id): \(job.state.message)")
            let executions = try await client.jobs.executions(id).items
            #expect(executions.count { $0.computeState.type == .completed } == 1)
            #expect(executions.allSatisfy { $0.computeState.type.isTerminal })
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aRepeatedSubmissionWithItsTokenIsTheSameJobEvenAfterARestart() async throws {
        let node = try NodeProcess()
        try await node.start()
        let first = try await node.client.jobs.submit(job(1, delay: 0), idempotencyToken: "token-1")
        await node.kill9()
        try await node.start()
        let second = try await node.client.jobs.submit(job(1, delay: 0), idempotencyToken: "token-1")
        #expect(second.jobID == first.jobID)
        #expect(try await node.client.jobs.list().items.count == 1)
    }
}
