import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import Testing

@testable import BacalhauCore

/// An orchestrator lets ended jobs go while it works.
@Suite(.timeLimit(.minutes(1))) struct RetentionTests {
    @Test func anEndedJobIsGoneOnceItIsTooOldAndALiveOneStays() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let clock = TurnedClock()
        var settings = OrchestratorSettings()
        settings.retention = JobRetention(ageMax: .seconds(86_400))
        settings.defaultTotalTimeoutSeconds = 10 * 86_400
        let orchestrator = try Orchestrator(
            id: NodeID(rawValue: "n-1"), databasePath: folder + "/db", settings: settings, clock: clock)
        defer { orchestrator.stop() }
        let job = Job(name: "a", tasks: [Job.Task(engine: Engine(type: "noop"))])
        let live = try await orchestrator.submit(job).jobID.rawValue
        let ended = try await orchestrator.submit(job, idempotencyToken: "t").jobID.rawValue
        _ = try await orchestrator.stop(job: ended, reason: "")
        #expect(try orchestrator.job(ended).state.type == .stopped)
        clock.turn(.seconds(2 * 86_400))
        // Whatever comes wakes the loop, which may have looked at its clock before.
        while try orchestrator.store.jobs(JobStore.JobListQuery()).bodies.count > 1 {
            _ = try await orchestrator.nodes()
        }
        #expect(try orchestrator.job(live).state.type == .queued)
        let gone = BacalhauError(
            .notFound, "Job not found. ID: \(ended)",
            hint: "List the jobs to see their identifiers. Jobs that have ended are deleted after a time: "
                + "see --job-retention-age of the orchestrator.", component: "JobStore")
        #expect(throws: gone) { try orchestrator.job(ended) }
        // Its token means nothing any more.
        #expect(try await orchestrator.submit(job, idempotencyToken: "t").jobID.rawValue != ended)
    }
}
