import BacalhauModel
import Testing

@testable import BacalhauCore

/// A job that gets another specification.
@Suite struct UpdateTests {
    private let done = ExecutionReport.Content.completed(RunResult(), published: .empty)

    /// The job with another command and as many executions as wanted.
    private func changed(_ job: Job, cpu: String = "1", count: Int = 1, type: JobType = .batch) -> Job {
        var job = job
        job.type = type.rawValue
        job.count = count
        job.tasks[0].resources.cpu = cpu
        job.tasks[0].env = ["CHANGED": cpu]
        return job
    }

    private func update(
        _ plane: inout ControlPlaneFixture, _ id: JobID, to job: Job, stored: StoredJob? = nil, mayBeSame: Bool = false
    ) -> BacalhauError? {
        let evaluation = EvaluationID(rawValue: "v-2")
        let outcome = plane.apply(
            .update(id, job, stored: stored, mayBeSame: mayBeSame, evaluation: evaluation, token: ""))
        if case .refused(let error) = outcome { return error }
        return nil
    }

    @Test func aRunningJobEndsWhatRunsAndRunsAnew() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 4000)
        let id = plane.submit("a")
        let old = try #require(plane.active(id).first)
        let problem = update(&plane, id, to: changed(try #require(plane.jobs[id]), cpu: "2"))
        #expect(problem == nil)
        #expect(plane.jobs[id]?.version == 1)
        #expect(plane.executions[old.id]?.desiredState.type == .stopped)
        let new = try #require(plane.active(id).first { $0.jobVersion == 1 })
        #expect(new.allocatedResources["main"]?.cpuMillicores == 2000)
        plane.report(old, .cancelled(output: nil))
        #expect(plane.jobs[id]?.state.type == .running)
        plane.report(new, done)
        #expect(plane.jobs[id]?.state.type == .completed)
        #expect(plane.state.jobs.isEmpty)
        #expect(plane.state.nodes[NodeID(rawValue: "n-1")]?.reserved == .zero)
    }

    @Test func whatTheFormerVersionStillReportsDoesNotCount() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 4000)
        let id = plane.submit("a")
        let old = try #require(plane.active(id).first)
        _ = update(&plane, id, to: changed(try #require(plane.jobs[id])))
        plane.report(old, done)
        #expect(plane.jobs[id]?.state.type == .running)
        let failing = try #require(plane.active(id).first)
        _ = update(&plane, id, to: changed(try #require(plane.jobs[id]), cpu: "3"))
        let event = BacalhauModel.Event(topic: .runningExecution, message: "broken", timestamp: nil)
        plane.report(failing, .failed(event, output: nil, cause: .workload))
        #expect(plane.jobs[id]?.state.type == .running)
        #expect(plane.jobs[id]?.version == 2)
    }

    @Test func aFinishedJobRunsAnewWithAllItsParts() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 4000)
        let id = plane.submit("a")
        plane.report(try #require(plane.active(id).first), done)
        let job = try #require(plane.jobs[id])
        let stored = StoredJob(
            order: 1, job: job, executions: Array(plane.executions.values), historyCount: plane.history.count,
            scheduling: nil)
        _ = update(&plane, id, to: changed(job, count: 3), stored: stored)
        #expect(plane.active(id).map(\.partitionIndex).sorted() == [0, 1, 2])
    }

    @Test func anUnchangedJobIsRefusedUnlessItIsForced() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 4000)
        let id = plane.submit("a")
        let job = try #require(plane.jobs[id])
        #expect(update(&plane, id, to: job)?.message == "no changes detected for job a")
        #expect(plane.jobs[id]?.version == 0)
        #expect(update(&plane, id, to: job, mayBeSame: true) == nil)
        #expect(plane.jobs[id]?.version == 1)
    }

    @Test func theTypeOfAJobStays() throws {
        var plane = ControlPlaneFixture()
        let id = plane.submit("a")
        let problem = update(&plane, id, to: changed(try #require(plane.jobs[id]), type: .service))
        #expect(problem?.message == "job a is of type batch and cannot become one of type service")
    }

    @Test func aWaitingJobWaitsWithItsNewNeedsAndAfterARestartToo() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 2000)
        let running = plane.submit("running", cpu: "1")
        let id = plane.submit("a", cpu: "2")
        #expect(plane.jobs[id]?.state.type == .queued)
        _ = update(&plane, id, to: changed(try #require(plane.jobs[id]), cpu: "1"))
        let new = try #require(plane.active(id).first)
        _ = update(&plane, id, to: changed(try #require(plane.jobs[id]), cpu: "2"))
        #expect(plane.active(id).map(\.id) == [new.id])
        plane.restart()
        plane.addNode("n-1", cpuMillicores: 2000, known: plane.active(running).map(\.id) + [new.id])
        // The execution of before the update holds what it was given.
        #expect(plane.state.nodes[NodeID(rawValue: "n-1")]?.reserved.cpu == 2000)
        plane.report(new, .cancelled(output: nil))
        plane.report(try #require(plane.active(running).first), done)
        #expect(plane.started == ["a@n-1"])
        #expect(plane.active(id).map(\.jobVersion) == [2])
    }

    @Test func anUpdatedDaemonIsReplacedOnEveryNode() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.addNode("n-2", cpuMillicores: 4000)
        let id = plane.submit("a", .daemon)
        let old = plane.active(id)
        _ = update(&plane, id, to: changed(try #require(plane.jobs[id]), cpu: "2", type: .daemon))
        for execution in old { plane.report(execution, .cancelled(output: nil)) }
        #expect(plane.active(id).map(\.nodeID.rawValue).sorted() == ["n-1", "n-2"])
        #expect(plane.active(id).allSatisfy { $0.jobVersion == 1 })
    }
}
