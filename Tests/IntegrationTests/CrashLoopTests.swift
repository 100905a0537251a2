import BacalhauClient
import BacalhauSupport
import BacalhauTestSupport
import Synchronization
import Testing

/// A node that is killed again and again while clients keep submitting.
@Suite(.serialized) struct CrashLoopTests {
    private static let clientCount = 4
    private static let jobsPerClient = 60
    private static let killCount = 8

    /// What clients were promised, and when the next kill is due.
    private final class Promises: Sendable {
        private let state = Mutex<(jobs: [String: Int], waiters: [(count: Int, signal: AsyncSignal<Void>)])>(([:], []))

        var jobs: [String: Int] { state.withLock { $0.jobs } }

        func add(_ id: String, count: Int) {
            let due = state.withLock { state in
                state.jobs[id] = count
                let present = state.jobs.count
                defer { state.waiters.removeAll { $0.count <= present } }
                return state.waiters.filter { $0.count <= present }.map(\.signal)
            }
            for signal in due { signal.raise(()) }
        }

        func wait(for count: Int) async {
            let signal = AsyncSignal<Void>()
            let isThere = state.withLock { state in
                if state.jobs.count >= count { return true }
                state.waiters.append((count, signal))
                return false
            }
            if !isThere { _ = await signal.wait() }
        }
    }

    private func job(_ number: Int) -> (job: Job, executions: Int) {
        // Some end at once, some outlast a kill, some fail once in a while and are tried again.
        let delay = [0.0, 0.05, 0.3, 1.0][number % 4]
        let count = number % 5 == 0 ? 3 : 1
        let task = Job.Task(
            engine: Engine(type: "noop", params: ["Delay": .double(delay)]),
            resources: ResourcesConfig(cpu: "10m", memory: "1mb"))
        return (Job(name: "job-\(number)", priority: number % 3, count: count, tasks: [task]), count)
    }

    @Test(.timeLimit(.minutes(5)))
    func whatWasAcknowledgedEndsOnceHoweverOftenTheNodeIsKilled() async throws {
        let node = try NodeProcess()
        try await node.start()
        let promises = Promises()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<CrashLoopTests.clientCount {
                group.addTask {
                    for number in 0..<CrashLoopTests.jobsPerClient {
                        await submit(client * 1000 + number, to: node, promises)
                    }
                }
            }
            let all = CrashLoopTests.clientCount * CrashLoopTests.jobsPerClient
            for kill in 1...CrashLoopTests.killCount {
                await promises.wait(for: kill * all / (CrashLoopTests.killCount + 1))
                await node.kill9()
                try await node.start()
            }
            try await group.waitForAll()
        }
        #expect(promises.jobs.count == CrashLoopTests.clientCount * CrashLoopTests.jobsPerClient)
        try await expectEachCompletedOnce(promises.jobs, client: node.client)
        #expect(await node.stop() == 0)
    }

    /// Insists until the job is acknowledged, as a client has to whose connection breaks.
    private func submit(_ number: Int, to node: NodeProcess, _ promises: Promises) async {
        let (job, count) = job(number)
        while !Task.isCancelled {
            do {
                let answer = try await node.client.jobs.submit(job, idempotencyToken: "token-\(number)")
                promises.add(answer.jobID.rawValue, count: count)
                return
            } catch {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func expectEachCompletedOnce(_ jobs: [String: Int], client: BacalhauClient) async throws {
        for (id, count) in jobs.sorted(by: { $0.key < $1.key }) {
            let job = try await client.jobs.wait(for: id)
            #expect(job.state.type == .completed, "\(id): \(job.state.message)")
            let executions = try await client.jobs.executions(id).items
            let completed = executions.filter { $0.computeState.type == .completed }
            #expect(Set(completed.map(\.partitionIndex)) == Set(0..<count))
            #expect(completed.count == count)
            #expect(executions.allSatisfy { $0.computeState.type.isTerminal })
        }
        var query = JobListQuery()
        query.limit = 1000
        // Nothing was run that nobody was promised: a repeated submission is the same job.
        #expect(try await client.jobs.list(query).items.count == jobs.count)
    }
}
