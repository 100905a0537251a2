import BacalhauModel
import Testing

@testable import BacalhauCore

@Suite struct ControlStateTests {
    private let done = ExecutionReport.Content.completed(RunResult(), published: .empty)
    private func failure(retryable: Bool) -> ExecutionReport.Content {
        .failed(
            BacalhauModel.Event(topic: .runningExecution, message: "broken", timestamp: nil), output: nil,
            cause: retryable ? .node : .workload)
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
        for pause in [Duration.seconds(1), .seconds(2)] {
            plane.report(try #require(plane.active(id).first), failure(retryable: true))
            #expect(plane.active(id).isEmpty)
            plane.advance(pause * 0.874)
            #expect(plane.started.isEmpty)
            plane.advance(pause * 0.252)
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
        plane.advance(.seconds(40))
        plane.report(try #require(plane.active(id).first), .accepted)
        plane.advance(.milliseconds(19_999))
        #expect(plane.jobs[id]?.state.type == .running)
        plane.advance(.milliseconds(1))
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
        #expect(plane.state.nodes[NodeID(rawValue: "n-1")]?.reservation?.demand.cpu == 4000)
        plane.report(try #require(plane.active(running).first), done)
        #expect(plane.started == ["big@n-1"])
    }

    @Test func reservationsNeverExceedTheNode() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 2500)
        let id = plane.submit("a", count: 10)
        #expect(plane.active(id).count == 2)
        #expect(plane.state.nodes[NodeID(rawValue: "n-1")]?.reserved.cpu == 2000)
    }

    @Test func executionsAreSpreadOverNodes() {
        var plane = ControlPlaneFixture()
        for name in ["n-1", "n-2", "n-3"] { plane.addNode(name, cpuMillicores: 8000) }
        let id = plane.submit("a", count: 6)
        let perNode = Dictionary(grouping: plane.active(id), by: \.nodeID).mapValues(\.count)
        #expect(perNode.values.sorted() == [2, 2, 2])
    }

    @Test func afterARestartUnacknowledgedWorkIsOfferedAgainAndLostWorkIsReplaced() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 3000)
        plane.submit("fresh")
        let lost = plane.submit("lost")
        let kept = plane.submit("kept")
        let lostExecution = try #require(plane.active(lost).first)
        plane.report(lostExecution, .accepted)
        let keptExecution = try #require(plane.active(kept).first)
        plane.report(keptExecution, .accepted)

        plane.restart()
        #expect(plane.started.isEmpty)
        plane.addNode("n-1", cpuMillicores: 3000, known: [keptExecution.id])
        #expect(plane.started.sorted() == ["fresh@n-1", "lost@n-1"])
        #expect(plane.executions[lostExecution.id]?.computeState.type == .failed)
        #expect(plane.active(kept).map(\.id) == [keptExecution.id])
    }

    @Test(arguments: [
        ("v1.0.3", false), ("v0.9.9", false), ("v1.0.4", true), ("v1.4.0-rc1", true), ("v10.0.0", true), ("", true),
        ("v0.0.0-xxxxxxx", true), ("main", true),
    ])
    func nodesOfOldVersionsGetNoWork(version: String, isCompatible: Bool) {
        var plane = ControlPlaneFixture()
        var info = ControlPlaneFixture.info("n-1")
        info.version.gitVersion = version
        plane.apply(.nodeConnected(info, known: []))
        let id = plane.submit("a")
        #expect(plane.jobs[id]?.state.type == (isCompatible ? .running : .failed))
    }

    @Test func aFullSystemRefusesFurtherJobs() {
        var settings = ControlSettings()
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
