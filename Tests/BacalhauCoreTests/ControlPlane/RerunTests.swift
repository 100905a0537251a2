import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// Running a finished job again.
@Suite struct RerunTests {
    private func stored(_ id: JobID, _ plane: borrowing ControlPlaneFixture) throws -> StoredJob {
        StoredJob(
            order: 1, job: try #require(plane.jobs[id]),
            executions: plane.executions.values.filter { $0.jobID == id }.sorted { $0.id < $1.id },
            historyCount: plane.history.count { $0.jobID == id }, scheduling: plane.schedulings[id])
    }

    private func rerun(_ id: JobID, _ scope: RerunScope, _ plane: inout ControlPlaneFixture) throws -> CommandOutcome {
        let stored = try stored(id, plane)
        return plane.apply(
            .rerun(stored.job.id, stored: stored, scope, reason: "", evaluation: EvaluationID(rawValue: "v-2")))
    }

    private let id = JobID(rawValue: "a")

    /// A job of three parts of which the first has completed before another failed.
    private func failedPlane() -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.submit("a", count: 3)
        let parts = plane.active(id).sorted { $0.partitionIndex < $1.partitionIndex }
        plane.report(parts[0], ControlPlaneFixture.done)
        plane.report(parts[1], ControlPlaneFixture.failure(.workload))
        plane.report(parts[2], .cancelled(output: nil))
        return plane
    }

    @Test func onlyThePartsWithoutAResultRunAgain() throws {
        var plane = failedPlane()
        #expect(plane.state.jobs[id] == nil)
        guard case .rerun(let version, _) = try rerun(id, .unfinished, &plane) else {
            Issue.record("the job was not run again")
            return
        }
        #expect(version == 1)
        #expect(plane.active(id).map(\.partitionIndex).sorted() == [1, 2])
        #expect(plane.active(id).allSatisfy { $0.jobVersion == 1 })
        for _ in 0..<2 { plane.report(id, ControlPlaneFixture.done) }
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func allPartsRunAgainWhenThatIsWanted() throws {
        var plane = failedPlane()
        _ = try rerun(id, .all, &plane)
        #expect(plane.active(id).map(\.partitionIndex).sorted() == [0, 1, 2])
    }

    @Test func whatCompletedBeforeAllRanAgainIsNotLeftOut() throws {
        var plane = failedPlane()
        _ = try rerun(id, .all, &plane)
        let parts = plane.active(id).sorted { $0.partitionIndex < $1.partitionIndex }
        plane.report(parts[0], ControlPlaneFixture.failure(.workload))
        for part in parts.dropFirst() { plane.report(part, .cancelled(output: nil)) }
        _ = try rerun(id, .unfinished, &plane)
        #expect(plane.active(id).map(\.partitionIndex).sorted() == [0, 1, 2])
    }

    @Test func whatCompletedInThatRunIsLeftOutByTheNextOnes() throws {
        var plane = failedPlane()
        _ = try rerun(id, .all, &plane)
        for (index, part) in plane.active(id).sorted(by: { $0.partitionIndex < $1.partitionIndex }).enumerated() {
            plane.report(part, index == 2 ? ControlPlaneFixture.done : ControlPlaneFixture.failure(.workload))
            if index == 0 { continue }
            plane.report(part, .cancelled(output: nil))
        }
        _ = try rerun(id, .unfinished, &plane)
        for part in plane.active(id) { plane.report(part, ControlPlaneFixture.failure(.workload)) }
        for part in plane.active(id) { plane.report(part, .cancelled(output: nil)) }
        _ = try rerun(id, .unfinished, &plane)
        #expect(plane.active(id).map(\.partitionIndex).sorted() == [0, 1])
    }

    @Test func aRestartInTheMiddleOfARerunKeepsItsParts() throws {
        var plane = failedPlane()
        _ = try rerun(id, .unfinished, &plane)
        let parts = plane.active(id).sorted { $0.partitionIndex < $1.partitionIndex }
        for part in parts { plane.report(part, .accepted) }
        plane.report(parts[0], ControlPlaneFixture.done)
        plane.restart()
        plane.addNode("n-1", cpuMillicores: 4000, known: [parts[1].id])
        #expect(plane.started.isEmpty)
        plane.report(parts[1], ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aRerunBeginsWithNewTimeoutsAndNoFailures() throws {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        plane.submit("a", timeouts: Timeouts(total: 60))
        plane.report(id, ControlPlaneFixture.failure(.node))
        plane.advance(.seconds(50))
        plane.report(id, ControlPlaneFixture.failure(.workload))
        _ = try rerun(id, .all, &plane)
        #expect(plane.state.jobs[id]?.scheduling.failures.isEmpty == true)
        plane.advance(.milliseconds(59_999))
        #expect(plane.state(id)?.type == .running)
        plane.advance(.milliseconds(1))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func anOpsJobRunsAgainOnTheNodesWhereItFailed() throws {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        for name in ["n-1", "n-2"] { plane.addNode(name) }
        plane.submit("a", .ops)
        plane.report(id, on: "n-1", ControlPlaneFixture.failure(.workload))
        plane.report(id, on: "n-2", ControlPlaneFixture.done)
        plane.addNode("n-3")
        _ = try rerun(id, .unfinished, &plane)
        #expect(plane.places(id) == ["n-1"])
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aJobThatIsNotOverOrHasNothingLeftIsNotRunAgain() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.submit("a")
        func message(_ outcome: CommandOutcome) -> String? {
            if case .refused(let error) = outcome, error.code == .conflict { error.message } else { nil }
        }
        #expect(message(try rerun(id, .all, &plane)) == "job a is not over yet")
        plane.report(id, ControlPlaneFixture.done)
        let reason = "nothing of job a is left to run: all of its executions have completed"
        #expect(message(try rerun(id, .unfinished, &plane)) == reason)
    }

    @Test func theHistoryGoesOnWhereItEnded() throws {
        var plane = failedPlane()
        let before = plane.history.count
        _ = try rerun(id, .unfinished, &plane)
        #expect(plane.remarks(id).contains("Job requested to run again (version 1)"))
        #expect(plane.state.jobs[id]?.historyCount == plane.history.count)
        #expect(plane.history.count > before)
    }
}
