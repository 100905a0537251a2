import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import Testing

@testable import BacalhauCore

/// What happens around a commit that fails.
@Suite struct ControlLoopTests {
    /// An orchestrator on a database that the test can damage and mend.
    private final class Setting {
        let folder: String
        let orchestrator: Orchestrator
        private let saboteur: SQLiteConnection

        init() throws {
            folder = try TestPlaces.makeDirectory()
            orchestrator = try Orchestrator(
                id: NodeID(rawValue: "n-1"), databasePath: folder + "/db", settings: OrchestratorSettings(),
                clock: SystemWallClock())
            saboteur = try SQLiteConnection(path: folder + "/db")
        }

        deinit {
            orchestrator.stop()
            TestPlaces.remove(folder)
        }

        func hide(_ table: String) throws { try saboteur.execute("ALTER TABLE \(table) RENAME TO hidden") }
        func show(_ table: String) throws { try saboteur.execute("ALTER TABLE hidden RENAME TO \(table)") }
        func execute(_ sql: String) throws { try saboteur.execute(sql) }

        func submit(_ name: String, token: String = "") async throws -> JobID {
            let job = Job(name: name, tasks: [Job.Task(engine: Engine(type: "noop"))])
            return try await orchestrator.submit(job, idempotencyToken: token).jobID
        }

        func submitFails(_ name: String, token: String = "") async -> Bool {
            do {
                _ = try await submit(name, token: token)
                return false
            } catch {
                return (error as? BacalhauError)?.code == .datastore
            }
        }

        /// The names of the first jobs that a node gets to run, in order.
        func offeredToANode(count: Int) async throws -> [String] {
            let room = Resources(cpuMillicores: 8000, memoryBytes: 1 << 40, diskBytes: 1 << 40)
            let compute = ComputeNodeInfo(
                executionEngines: ["noop"], publishers: [], storageSources: [], maxCapacity: room,
                availableCapacity: room, maxJobRequirements: room)
            let info = NodeInfo(
                nodeID: NodeID(rawValue: "n-2"), nodeType: .compute, labels: [:], compute: compute, version: .current)
            let messages = try await orchestrator.makeLink().connect(
                info, known: [], session: NodeSession(process: 1, number: 1))
            var names: [String] = []
            // Messages may come later than the answer to the connection.
            for await message in messages {
                if case .run(_, let job) = message { names.append(job.name) }
                if names.count == count { break }
            }
            return names
        }

        var names: [String] {
            get throws { try orchestrator.store.jobs(JobStore.JobListQuery()).bodies.map { try Job(json: $0).name } }
        }
    }

    @Test func nothingOfAFailedCommitStaysInMemory() async throws {
        let setting = try Setting()
        let first = try await setting.submit("first")
        // Writing fails, reading the state back does not.
        try setting.execute("CREATE TRIGGER refuse BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no'); END")
        let hasFailed = await setting.submitFails("lost")
        #expect(hasFailed)
        try setting.execute("DROP TRIGGER refuse")
        _ = try await setting.submit("last")
        #expect(try setting.names == ["first", "last"])
        #expect(try setting.orchestrator.job(first.rawValue).state.type == .queued)
    }

    @Test func aSubmissionWhoseTokenCannotBeLookedUpIsRefusedInsteadOfRunTwice() async throws {
        let setting = try Setting()
        let first = try await setting.submit("first", token: "t")
        try setting.hide("tokens")
        let hasFailed = await setting.submitFails("first", token: "t")
        #expect(hasFailed)
        try setting.show("tokens")
        #expect(try await setting.submit("first", token: "t") == first)
    }

    @Test(.timeLimit(.minutes(1)))
    func whileTheStoreCannotBeReadNothingIsDecidedAndAfterwardsAllGoesOn() async throws {
        let setting = try Setting()
        _ = try await setting.submit("first")
        try setting.hide("history")
        for name in ["lost", "lost too"] {
            let hasFailed = await setting.submitFails(name)
            #expect(hasFailed)
        }
        try setting.show("history")
        _ = try await setting.submit("last")
        #expect(try setting.names == ["first", "last"])
        #expect(try await setting.offeredToANode(count: 2) == ["first", "last"])
    }

    @Test func aRowThatCannotBeReadStopsTheStartInsteadOfLosingItsJob() async throws {
        let setting = try Setting()
        _ = try await setting.submit("first")
        try setting.execute("UPDATE jobs SET body=x'7b'")
        #expect(throws: BacalhauError.self) {
            _ = try Orchestrator(
                id: NodeID(rawValue: "n-1"), databasePath: setting.folder + "/db", settings: OrchestratorSettings(),
                clock: SystemWallClock())
        }
    }

    @Test func theIdentifierOfAnEndedJobIsRefusedAndHarmsNoOtherSubmission() async throws {
        let setting = try Setting()
        let service = Job(
            id: JobID(rawValue: "mine"), type: .service, tasks: [Job.Task(engine: Engine(type: "noop"))])
        let orchestrator = setting.orchestrator
        _ = try await orchestrator.submit(service)
        _ = try await orchestrator.stop(job: "mine", reason: "")
        // Several at once share a batch; what is wrong with one of them is not the others' concern.
        let outcomes = await withTaskGroup(of: BacalhauError.Code?.self) { group in
            for number in 0..<20 {
                let job = number == 7 ? service : Job(name: "other", tasks: service.tasks)
                group.addTask {
                    do {
                        _ = try await orchestrator.submit(job)
                        return nil
                    } catch {
                        return (error as? BacalhauError)?.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.compactMap(\.self) == [.conflict])
        #expect(outcomes.count { $0 == nil } == 19)
    }

    /// After a reload the loop first decides what became of the work; until that is stored, nothing else may be.
    @Test func nothingIsTakenWhileWhatFollowsFromAReloadCannotBeStored() async throws {
        let setting = try Setting()
        let info = ControlPlaneFixture.info("n-2", cpuMillicores: 8000)
        let session = NodeSession(process: 1, number: 1)
        _ = try await setting.orchestrator.makeLink().connect(info, known: [], session: session)
        let first = try await setting.submit("first")
        // The node is forgotten behind the loop's back: a reload has to give up what ran there.
        try setting.execute("DELETE FROM nodes")
        try setting.execute("CREATE TRIGGER refuse BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no'); END")
        let isLost = await setting.submitFails("lost")
        #expect(isLost)
        try setting.execute("DROP TRIGGER refuse")
        try setting.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON history WHEN instr(new.body, 'not known any more') > 0 "
                + "BEGIN SELECT RAISE(ABORT, 'no'); END")
        let isRefused = await setting.submitFails("too early")
        #expect(isRefused)
        try setting.execute("DROP TRIGGER refuse")
        _ = try await setting.submit("last")
        #expect(try setting.names == ["first", "last"])
        let states = try setting.orchestrator.executions(of: first.rawValue).map(\.computeState.type)
        #expect(states == [.failed])
    }
}
