import BacalhauModel
import Testing

@testable import BacalhauCore

/// Details that go wrong quietly. Each test names one.
@Suite struct CorrectnessTests {
    private func plane(_ names: String...) -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        for name in names { plane.addNode(name) }
        return plane
    }

    /// A node without a description of its capacity crashed the orchestrator.
    @Test func aNodeThatSaysNothingOfItsCapacityGetsNoWorkAndHarmsNobody() {
        var plane = plane()
        plane.apply(
            .nodeConnected(
                NodeInfo(
                    nodeID: NodeID(rawValue: "empty"), nodeType: .compute, labels: [:], compute: nil, version: .current),
                known: []))
        let id = plane.submit("a", timeouts: Timeouts(queue: 30))
        #expect(plane.active(id).isEmpty)
        #expect(plane.explain(id)?.obstacles.map(\.reason) == ["does not run workloads"])
        plane.addNode("n-1")
        #expect(plane.started == ["a@n-1"])
    }

    /// Failures of ops jobs carried no message, and one node that refused failed them all.
    @Test func theFailureOfAnOpsJobNamesEveryNodeThatFailed() {
        var plane = plane("n-1", "n-2", "n-3", "n-4")
        let id = plane.submit("a", .ops)
        plane.report(id, on: "n-1", .refused(reason: "not here", isRetryable: false))
        plane.report(id, on: "n-2", ControlPlaneFixture.failure(.workload, "exit code 1"))
        plane.report(id, on: "n-3", ControlPlaneFixture.failure(.workload, "exit code 2"))
        plane.report(id, on: "n-4", ControlPlaneFixture.done)
        let message = "2 of 3 executions failed\n• Node n-2: exit code 1\n• Node n-3: exit code 2"
        #expect(plane.state(id) == StateOf(.failed, message: message))
    }

    /// The output of executions that failed was thrown away.
    @Test func theOutputOfAFailedExecutionIsKept() {
        var plane = plane("n-1")
        let id = plane.submit("a")
        let execution = plane.active(id)[0]
        let output = RunResult(stdout: "almost", exitCode: 3)
        let event = BacalhauModel.Event(topic: .runningExecution, message: "exit code 3", timestamp: nil)
        plane.report(execution, .failed(event, output: output, cause: .workload))
        #expect(plane.executions[execution.id]?.runOutput == output)
        #expect(plane.state(id)?.type == .failed)
    }

    /// A stop of an execution that the node did not know was an error, and the record stayed open for ever.
    @Test func aStopThatTheNodeKnowsNothingOfEndsTheRecordAllTheSame() {
        var plane = plane("n-1")
        let id = plane.submit("a")
        let execution = plane.active(id)[0]
        plane.stop(id)
        var node = NodeMachine(capacity: Resources(cpuMillicores: 1000))
        let step = node.handle(.stop(execution.id, reason: "")) { _, _ in .zero }
        guard case .denyStopped = step else {
            Issue.record("the node does not answer")
            return
        }
        plane.report(execution, .cancelled(output: nil))
        #expect(plane.executions[execution.id]?.computeState.type == .cancelled)
        #expect(plane.state.jobs[id] == nil)
    }

    /// A queued execution that was cancelled still fetched its inputs. Here nothing waits at a node that it was sent to.
    @Test func anExecutionThatWaitsForRoomIsCancelledWithoutItsNodeHearingOfIt() {
        var plane = plane("n-1")
        plane.submit("first")
        let id = plane.submit("a", .ops)
        plane.stop(id)
        #expect(plane.messages.isEmpty)
        #expect(plane.state.jobs[id] == nil)
    }

    /// Finished jobs, their evaluations and their bookkeeping stayed in memory.
    @Test func nothingOfFinishedJobsStaysInMemory() {
        var plane = plane("n-1")
        for number in 0..<2000 {
            let id = plane.submit("j-\(number)", timeouts: Timeouts(queue: 30, total: 60))
            plane.report(id, ControlPlaneFixture.done)
        }
        #expect(plane.state.jobs.isEmpty)
        #expect(plane.state.jobOfExecution.isEmpty)
        #expect(plane.state.waiting.isEmpty)
        #expect(plane.state.waiting.groupIndices.isEmpty)
        #expect(plane.state.requirements.entries.count == 1)
        #expect(plane.node("n-1")?.executions.isEmpty == true)
        #expect((plane.node("n-1")?.unacknowledged.count ?? 0) <= 2000)
        plane.advance(.seconds(60))
        #expect(plane.node("n-1")?.unacknowledged.isEmpty == true)
        // What is left is the lease of the node.
        plane.advance(.seconds(10))
        #expect(plane.state.nextDeadline == ControlPlaneFixture.withoutLeases.leaseDuration.wholeNanoseconds)
    }

    /// A registration file kept a node from joining a new or wiped orchestrator.
    @Test func aNodeThatTheOrchestratorHasForgottenJoinsAgainAndEndsWhatNobodyWants() {
        var plane = plane()
        plane.addNode("n-1", known: [ExecutionID(rawValue: "e-of-before")])
        #expect(plane.stopped == ["n-1"])
        plane.submit("a")
        #expect(plane.started == ["a@n-1"])
    }

    /// Settings of heartbeats and leases had no effect.
    @Test func theSettingsOfLeasesAndRepeatsHaveTheirEffect() {
        var settings = ControlSettings()
        settings.leaseDuration = .seconds(7)
        settings.lossGrace = .seconds(5)
        settings.resendPause = .seconds(2)
        var plane = ControlPlaneFixture(settings: settings)
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.advance(.seconds(2))
        #expect(plane.started == ["a@n-1"])
        plane.advance(.seconds(5))
        #expect(plane.node("n-1")?.state.connection == .disconnected)
        plane.advance(.seconds(5))
        #expect(plane.node("n-1")?.isLost == true)
        #expect(plane.active(id).isEmpty)
    }

    /// History had empty entries, and sorted wrongly after 999 of them.
    @Test func historyIsCountedWithoutGapsAndTellsEveryChangeOfState() {
        var plane = plane("n-1")
        let id = plane.submit("a", .service)
        for _ in 0..<600 {
            plane.report(id, .accepted)
            plane.report(id, ControlPlaneFixture.failure(.node))
            plane.advanceUntilPlaced(id)
        }
        let items = plane.history.filter { $0.jobID == id }
        #expect(items.count > 1000)
        #expect(plane.state.jobs[id]?.historyCount == items.count)
        #expect(
            items.filter { $0.level == .execution }
                .allSatisfy { $0.executionState.map { $0.previous != $0.new || $0.new == .new } ?? false })
    }

    /// Error texts passed through a format function.
    @Test func percentSignsInMessagesOfNodesStayWhatTheyAre() {
        var plane = plane("n-1")
        let id = plane.submit("a")
        plane.report(id, ControlPlaneFixture.failure(.workload, "100%s of %d %@ %n"))
        #expect(plane.state(id)?.message == "100%s of %d %@ %n")
    }

    /// Any peer could complete or fail any execution.
    @Test func onlyTheNodeOfAnExecutionIsBelieved() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a")
        var execution = plane.active(id)[0]
        execution.nodeID = NodeID(rawValue: execution.nodeID.rawValue == "n-1" ? "n-2" : "n-1")
        for content in [
            ExecutionReport.Content.accepted, ControlPlaneFixture.done, ControlPlaneFixture.failure(.workload),
            .cancelled(output: nil), .refused(reason: "", isRetryable: false),
        ] {
            plane.report(execution, content)
            #expect(plane.active(id).map(\.computeState.type) == [.new])
        }
    }

    /// A node could announce itself as approved.
    @Test func whatANodeSaysDoesNotApproveIt() {
        var settings = ControlPlaneFixture.withoutLeases
        settings.newNodesAreApproved = false
        var plane = ControlPlaneFixture(settings: settings)
        plane.addNode("n-1")
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", labels: ["membership": "APPROVED"])))
        plane.addNode("n-1")
        let id = plane.submit("a", timeouts: Timeouts(queue: 30))
        #expect(plane.active(id).isEmpty)
        plane.apply(.setMembership(NodeID(rawValue: "n-1"), .approved))
        #expect(plane.started == ["a@n-1"])
    }

    /// A job that was run again had the age of its first submission, and timed out at once.
    @Test func aJobThatIsRunAgainHasAllItsTime() {
        var plane = plane("n-1")
        let id = plane.submit("a", timeouts: Timeouts(total: 60))
        plane.report(id, ControlPlaneFixture.failure(.workload))
        plane.advance(.seconds(10_000))
        let stored = StoredJob(
            order: 1, job: plane.jobs[id] ?? Job(), executions: Array(plane.executions.values),
            historyCount: plane.history.count, scheduling: nil)
        plane.apply(.rerun(stored.job.id, stored: stored, .all, reason: "", evaluation: EvaluationID(rawValue: "v")))
        plane.advance(.milliseconds(59_999))
        #expect(plane.state(id)?.type == .running)
    }
}
