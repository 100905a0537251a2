import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import BacalhauCore

/// What was acknowledged outlives a crash. Each test names something that schedulers of this kind lose.
@Suite(.timeLimit(.minutes(1))) struct DurabilityTests {
    /// An orchestrator that can be killed: the next one finds the files as they were in that moment.
    private final class Setting {
        private let folder: String
        private var number = 0
        private(set) var orchestrator: Orchestrator
        private var path: String { "\(folder)/db-\(number)" }

        private var sessionCount = 0
        init() throws {
            folder = try TestPlaces.makeDirectory()
            orchestrator = try Setting.open("\(folder)/db-0")
        }

        deinit {
            orchestrator.stop()
            TestPlaces.remove(folder)
        }

        private static func open(_ path: String) throws -> Orchestrator {
            try Orchestrator(
                id: NodeID(rawValue: "n-0"), databasePath: path, settings: OrchestratorSettings(),
                clock: SystemWallClock())
        }

        func kill() throws {
            let former = path
            number += 1
            for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: former + suffix) {
                try FileManager.default.copyItem(atPath: former + suffix, toPath: path + suffix)
            }
            orchestrator.stop()
            orchestrator = try Setting.open(path)
        }

        func execute(_ sql: String) throws { try SQLiteConnection(path: path).execute(sql) }

        func submit(_ name: String) async throws -> JobID {
            let task = Job.Task(engine: Engine(type: "noop"), resources: ResourcesConfig(cpu: "1", memory: "1mb"))
            return try await orchestrator.submit(Job(name: name, tasks: [task])).jobID
        }

        func connect(_ known: [Execution] = [], cores: Int64 = 1000) async throws -> AsyncStream<NodeMessage> {
            let info = ControlPlaneFixture.info("n-1", cpuMillicores: cores * 1000)
            sessionCount += 1
            return try await orchestrator.makeLink().connect(
                info, known: known.map(\.id), session: NodeSession(process: 1, number: sessionCount))
        }

        func report(_ execution: Execution, _ content: ExecutionReport.Content) async throws {
            try await orchestrator.makeLink().report(
                ExecutionReport(
                    executionID: execution.id, jobID: execution.jobID, nodeID: execution.nodeID, content: content))
        }

        /// The first executions that a node is to run, in order.
        func runs(_ count: Int, in messages: AsyncStream<NodeMessage>) async -> [(job: String, execution: Execution)] {
            var found: [(job: String, execution: Execution)] = []
            for await message in messages {
                if case .run(let execution, let job) = message { found.append((job.name, execution)) }
                if found.count == count { break }
            }
            return found
        }

        func state(_ id: JobID) throws -> JobStateType { try orchestrator.job(id.rawValue).state.type }
    }

    /// Decisions to be made were queued in memory: after a restart every job that waited was dead.
    @Test func jobsThatWaitAreNotLostWhenTheOrchestratorIsKilled() async throws {
        let setting = try Setting()
        for name in ["a", "b", "c"] { _ = try await setting.submit(name) }
        try setting.kill()
        let runs = await setting.runs(3, in: try await setting.connect())
        #expect(runs.map(\.job) == ["a", "b", "c"])
    }

    /// The feed of changes dropped events in a burst: jobs were stored and never scheduled.
    @Test func noJobOfABurstIsForgotten() async throws {
        let setting = try Setting()
        let messages = try await setting.connect()
        let orchestrator = setting.orchestrator
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let task = Job.Task(
                        engine: Engine(type: "noop"), resources: ResourcesConfig(cpu: "1", memory: "1mb"))
                    _ = try await orchestrator.submit(Job(name: "\(number)", tasks: [task]))
                }
            }
            try await group.waitForAll()
        }
        let runs = await setting.runs(500, in: messages)
        #expect(Set(runs.map(\.job)).count == 500)
    }

    /// Reports of nodes were published without acknowledgement: those that came while nobody listened were lost.
    @Test func aReportThatWasAcknowledgedSurvivesAKill() async throws {
        let setting = try Setting()
        let id = try await setting.submit("a")
        let run = try #require(await setting.runs(1, in: try await setting.connect()).first)
        try await setting.report(run.execution, .completed(RunResult(stdout: "result"), published: .empty))
        try setting.kill()
        #expect(try setting.state(id) == .completed)
        #expect(try setting.orchestrator.executions(of: id.rawValue).map(\.runOutput?.stdout) == ["result"])
    }

    /// A report whose storing failed was acknowledged all the same, and its result was lost for good.
    @Test func aReportThatCannotBeStoredIsRefusedAndCountsWhenItIsRepeated() async throws {
        let setting = try Setting()
        let id = try await setting.submit("a")
        let run = try #require(await setting.runs(1, in: try await setting.connect()).first)
        try setting.execute("CREATE TRIGGER refuse BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no'); END")
        await #expect(throws: BacalhauError.self) { try await setting.report(run.execution, ControlPlaneFixture.done) }
        #expect(try setting.state(id) == .running)
        try setting.execute("DROP TRIGGER refuse")
        try await setting.report(run.execution, ControlPlaneFixture.done)
        #expect(try setting.state(id) == .completed)
    }

    /// A change and the decision that it calls for were two transactions: a crash in between left the job without one.
    @Test func aJobAndItsPlacementAreStoredTogetherOrNotAtAll() async throws {
        let setting = try Setting()
        _ = try await setting.connect()
        try setting.execute("CREATE TRIGGER refuse BEFORE INSERT ON executions BEGIN SELECT RAISE(ABORT, 'no'); END")
        await #expect(throws: BacalhauError.self) { _ = try await setting.submit("a") }
        #expect(try setting.orchestrator.store.jobs(JobStore.JobListQuery()).bodies.isEmpty)
        try setting.execute("DROP TRIGGER refuse")
        try setting.kill()
        #expect(try setting.orchestrator.store.jobs(JobStore.JobListQuery()).bodies.isEmpty)
    }

    /// A stop was stored, but what it set off was not.
    @Test func aStopThatWasAcknowledgedReachesTheNodeAfterAKill() async throws {
        let setting = try Setting()
        let id = try await setting.submit("a")
        let run = try #require(await setting.runs(1, in: try await setting.connect()).first)
        try await setting.report(run.execution, .accepted)
        _ = try await setting.orchestrator.stop(job: id.rawValue, reason: "")
        try setting.kill()
        for await message in try await setting.connect([run.execution]) {
            guard case .stop(let stopped, _) = message else {
                Issue.record("the node is asked to run something")
                continue
            }
            #expect(stopped == run.execution.id)
            break
        }
        try await setting.report(run.execution, .cancelled(output: nil))
        #expect(try setting.orchestrator.executions(of: id.rawValue).map(\.computeState.type) == [.cancelled])
    }

    /// After a crash minutes of commands were sent again, whatever nodes had made of them.
    @Test func whatANodeHasTakenIsNotSentAgainAfterAKill() async throws {
        let setting = try Setting()
        for name in ["taken", "fresh"] { _ = try await setting.submit(name) }
        let runs = await setting.runs(2, in: try await setting.connect())
        try await setting.report(runs[0].execution, .accepted)
        try setting.kill()
        let again = await setting.runs(1, in: try await setting.connect([runs[0].execution]))
        #expect(again.map(\.execution.id) == [runs[1].execution.id])
    }

    /// Failures were counted in memory, so that a restart began all attempts anew.
    @Test func attemptsAndRefusalsAreRememberedOverAKill() async throws {
        let setting = try Setting()
        let failing = try await setting.submit("failing")
        let refused = try await setting.submit("refused")
        let runs = await setting.runs(2, in: try await setting.connect(cores: 2))
        try await setting.report(runs[0].execution, ControlPlaneFixture.failure(.infrastructure))
        try await setting.report(runs[1].execution, .refused(reason: "not here", isRetryable: false))
        #expect(try setting.state(refused) == .failed)
        try setting.kill()
        let stored = try setting.orchestrator.store.makeWriter().load()
        let record = stored.jobs.first { $0.job.id == failing }?.scheduling
        #expect(record?.failures == [.partition(0): FailureCount(infrastructure: 1)])
    }

    /// Stopping with a short identifier failed: it was taken for another job.
    @Test func aJobIsStoppedByTheBeginningOfItsIdentifier() async throws {
        let setting = try Setting()
        let id = try await setting.submit("a")
        _ = try await setting.orchestrator.stop(job: id.short, reason: "")
        #expect(try setting.state(id) == .stopped)
        #expect(try setting.orchestrator.store.jobs(JobStore.JobListQuery()).bodies.count == 1)
    }
}
