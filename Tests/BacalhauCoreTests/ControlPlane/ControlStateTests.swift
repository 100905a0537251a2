import BacalhauModel
import Testing

@testable import BacalhauCore

@Suite struct ControlStateTests {
    private let done = ExecutionReport.Content.completed(RunResult(), published: .empty)
    private func failure(retryable: Bool) -> ExecutionReport.Content {
        .failed(
            BacalhauModel.Event(topic: .runningExecution, message: "broken", timestamp: nil), output: nil,
            isRetryable: retryable)
    }

    @Test func aJobThatFitsIsPlacedByItsSubmission() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        #expect(plane.started == ["a@n-1"])
        #expect(plane.jobs[id]?.state.type == .running)
        let execution = try #require(plane.active(id).first)
        #expect(execution.computeState.type == .new)
        #expect(execution.desiredState.type == .running)
    }

    @Test func aCompletedExecutionCompletesItsJobAndFreesTheNode() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let first = plane.submit("a")
        let second = plane.submit("b")
        #expect(plane.jobs[second]?.state.type == .queued)
        plane.report(try #require(plane.active(first).first), done)
        #expect(plane.jobs[first]?.state.type == .completed)
        #expect(plane.started == ["b@n-1"])
        #expect(plane.state.jobs[first] == nil)
    }

    @Test func aRepeatedReportChangesNothing() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", count: 2)
        let execution = try #require(plane.active(id).first)
        plane.report(execution, done)
        let count = plane.history.count
        plane.report(execution, done)
        plane.report(execution, failure(retryable: false))
        #expect(plane.history.count == count)
        #expect(plane.executions[execution.id]?.computeState.type == .completed)
    }

    @Test func aReportOfANodeThatDoesNotHoldTheExecutionIsIgnored() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.addNode("n-2")
        let id = plane.submit("a")
        var execution = try #require(plane.active(id).first)
        execution.nodeID = NodeID(rawValue: execution.nodeID.rawValue == "n-1" ? "n-2" : "n-1")
        plane.report(execution, done)
        #expect(plane.jobs[id]?.state.type == .running)
    }

    @Test func aFailureThatCannotSucceedLaterFailsTheJobAtOnce() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.report(try #require(plane.active(id).first), failure(retryable: false))
        #expect(plane.jobs[id]?.state == StateOf(.failed, message: "broken"))
    }

    @Test func aPassingFailureIsTriedAgainAfterAPauseAndGivenUpInTheEnd() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        for pause in [1, 2] {
            plane.report(try #require(plane.active(id).first), failure(retryable: true))
            #expect(plane.active(id).isEmpty)
            let due = try #require(plane.state.nextDeadline)
            #expect(due == plane.time + .seconds(pause))
            plane.time = due
            plane.apply(.tick)
            #expect(plane.started == ["a@n-1"])
        }
        plane.report(try #require(plane.active(id).first), failure(retryable: true))
        #expect(plane.jobs[id]?.state == StateOf(.failed, message: "broken (tried 3 times)"))
    }

    @Test func aRefusalMovesTheJobToAnotherNode() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.addNode("n-2")
        let id = plane.submit("a")
        let execution = try #require(plane.active(id).first)
        plane.report(execution, .refused(reason: "does not like it", isRetryable: false))
        #expect(plane.started == [execution.nodeID.rawValue == "n-1" ? "a@n-2" : "a@n-1"])
    }

    @Test func whenEveryNodeRefusesTheJobFailsWithTheirReasons() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.report(try #require(plane.active(id).first), .refused(reason: "no such image", isRetryable: false))
        let message = "not enough nodes to run job. requested: 1, available: 1, suitable: 0.\n• Node n-1: no such image"
        #expect(plane.jobs[id]?.state == StateOf(.failed, message: message))
    }

    @Test func aStopReachesTheNodeAndTheJobIsOverWhenItsExecutionsAre() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        let execution = try #require(plane.active(id).first)
        plane.apply(.stop(id, reason: "enough", evaluation: EvaluationID(rawValue: "v")))
        #expect(plane.jobs[id]?.state.type == .stopped)
        #expect(plane.messages.count == 1)
        #expect(plane.state.jobs[id] != nil)
        plane.report(execution, .cancelled(output: nil))
        #expect(plane.executions[execution.id]?.computeState.type == .cancelled)
        #expect(plane.state.jobs[id] == nil)
    }

    @Test func aWaitingJobIsStoppedWithoutEverRunning() {
        var plane = ControlPlaneFixture()
        let id = plane.submit("a")
        plane.apply(.stop(id, reason: "", evaluation: EvaluationID(rawValue: "v")))
        plane.addNode("n-1")
        #expect(plane.started.isEmpty)
        #expect(plane.jobs[id]?.state.type == .stopped)
    }

    @Test func theTotalTimeoutFailsTheJobAndStopsItsExecutions() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", timeouts: Timeouts(total: 60))
        plane.time = try #require(plane.state.nextDeadline)
        plane.apply(.tick)
        #expect(plane.jobs[id]?.state == StateOf(.failed, message: "Job timed out. Job took longer than 1m0s"))
        #expect(plane.messages.count == 1)
    }

    @Test func aJobNobodyCanRunWaitsAsLongAsItsQueueTimeoutSays() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let demand = [Constraint(key: "zone", operator: "=", values: ["eu"])]
        let impatient = plane.submit("a", constraints: demand)
        #expect(plane.jobs[impatient]?.state.type == .failed)
        let patient = plane.submit("b", constraints: demand, timeouts: Timeouts(queue: 30))
        #expect(plane.jobs[patient]?.state.type == .queued)
        plane.addNode("n-2", labels: ["zone": "eu"])
        #expect(plane.started == ["b@n-2"])
    }

    @Test func higherPriorityGoesFirstThenTheOlderJob() throws {
        var plane = ControlPlaneFixture()
        plane.submit("low-old")
        plane.submit("low-new")
        plane.submit("high", priority: 5)
        plane.addNode("n-1", cpuMillicores: 3000)
        #expect(plane.started == ["high@n-1", "low-old@n-1", "low-new@n-1"])
    }

    @Test func aBigJobIsNotStarvedBySmallOnesBehindIt() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 4000)
        let running = plane.submit("running")
        plane.submit("big", cpu: "4")
        plane.submit("small")
        #expect(plane.started.isEmpty)
        plane.report(try #require(plane.active(running).first), done)
        #expect(plane.started == ["big@n-1"])
    }

    @Test func reservationsNeverExceedTheNode() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 2500)
        let id = plane.submit("a", count: 10)
        #expect(plane.active(id).count == 2)
        #expect(plane.state.nodes[NodeID(rawValue: "n-1")]?.reserved.cpuMillicores == 2000)
    }

    @Test func executionsAreSpreadOverNodes() {
        var plane = ControlPlaneFixture()
        for name in ["n-1", "n-2", "n-3"] { plane.addNode(name, cpuMillicores: 8000) }
        let id = plane.submit("a", count: 6)
        let perNode = Dictionary(grouping: plane.active(id), by: \.nodeID).mapValues(\.count)
        #expect(perNode.values.sorted() == [2, 2, 2])
    }

    @Test func afterARestartUnacknowledgedWorkIsOfferedAgainAndLostWorkIsReplaced() throws {
        var before = ControlPlaneFixture()
        before.addNode("n-1", cpuMillicores: 3000)
        let fresh = before.submit("fresh")
        let lost = before.submit("lost")
        let kept = before.submit("kept")
        let lostExecution = try #require(before.active(lost).first)
        before.report(lostExecution, .accepted)
        let keptExecution = try #require(before.active(kept).first)
        before.report(keptExecution, .accepted)

        var after = ControlPlaneFixture()
        let stored = [fresh, lost, kept].enumerated().compactMap { index, id in
            before.jobs[id].map {
                ControlState.StoredJob(order: Int64(index + 1), job: $0, executions: before.active(id), historyCount: 9)
            }
        }
        let nodes = before.state.nodes.values.map(\.state)
        after.state.restore(stored, nodes: nodes, nextOrder: 4, at: before.time)
        after.addNode("n-1", cpuMillicores: 3000, known: [keptExecution.id])
        #expect(after.started == ["fresh@n-1"])
        #expect(after.executions[lostExecution.id]?.computeState.type == .failed)
        #expect(after.active(kept).map(\.id) == [keptExecution.id])
        after.time = try #require(after.state.nextDeadline)
        after.apply(.tick)
        #expect(after.started == ["lost@n-1"])
    }

    @Test func aFullSystemRefusesFurtherJobs() {
        var settings = ControlState.Settings()
        settings.liveJobCountMax = 1
        var plane = ControlPlaneFixture(settings: settings)
        plane.submit("a")
        let job = Job(id: JobID(rawValue: "b"), tasks: [Job.Task(engine: Engine(type: "noop"))])
        guard case .refused(let error) = plane.apply(.submit(job, evaluation: EvaluationID(rawValue: "v"), token: ""))
        else {
            Issue.record("the job was taken")
            return
        }
        #expect(error.code == .exhausted)
        #expect(error.isRetryable)
    }

    @Test func theSameCommandsGiveTheSameChanges() {
        func history() -> [HistoryItem] {
            var plane = ControlPlaneFixture()
            plane.addNode("n-1", cpuMillicores: 4000)
            plane.addNode("n-2", cpuMillicores: 4000)
            plane.submit("a", count: 5)
            plane.submit("b", priority: 1)
            return plane.history
        }
        #expect(history() == history())
    }
}
