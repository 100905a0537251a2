import BacalhauModel
import Testing

@testable import BacalhauCore

/// What becomes of nodes that are not heard of, of their work, and of messages that got lost.
@Suite struct LeaseTests {
    private func refusal(_ outcome: CommandOutcome) -> BacalhauError.Code? {
        if case .refused(let error) = outcome { error.code } else { nil }
    }

    @Test func aNodeIsDisconnectedWhenItsLeaseEndsAndGetsNoMoreWork() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.advance(.milliseconds(44_999))
        #expect(plane.node("n-1")?.state.connection == .connected)
        plane.advance(.milliseconds(1))
        #expect(plane.node("n-1")?.state.connection == .disconnected)
        let id = plane.submit("a")
        #expect(plane.started.isEmpty)
        #expect(plane.state(id)?.message == "Job queued. waiting for a node to connect")
    }

    @Test func beatsReportsAndNewsRenewTheLease() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        let execution = try #require(plane.active(id).first)
        plane.advance(.seconds(40))
        _ = plane.beat("n-1")
        plane.advance(.seconds(40))
        plane.report(execution, .accepted)
        plane.advance(.seconds(40))
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", labels: ["a": "b"])))
        plane.advance(.milliseconds(44_999))
        #expect(plane.node("n-1")?.state.connection == .connected)
        plane.advance(.milliseconds(1))
        #expect(plane.node("n-1")?.state.connection == .disconnected)
    }

    @Test func aBlipShorterThanTheGracePeriodCostsNothing() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.addNode("n-2")
        let id = plane.submit("a")
        let execution = try #require(plane.active(id).first)
        plane.report(execution, .accepted)
        let name = execution.nodeID.rawValue
        let other = name == "n-1" ? "n-2" : "n-1"
        plane.advance(.seconds(45 + 119), hearing: [other])
        #expect(plane.node(name)?.state.connection == .disconnected)
        plane.addNode(name, known: [execution.id])
        plane.advance(.seconds(120), hearing: [name, other])
        #expect(plane.active(id).map(\.id) == [execution.id])
        plane.report(execution, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func afterTheGracePeriodTheWorkIsReplacedAndALateReportDoesNotCount() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        let lost = try #require(plane.active(id).first)
        plane.report(lost, .accepted)
        plane.addNode("n-2")
        plane.advance(.seconds(164), hearing: ["n-2"])
        #expect(plane.active(id).map(\.id) == [lost.id])
        plane.advance(.seconds(1))
        #expect(plane.places(id) == ["n-2"])
        #expect(
            plane.executions[lost.id]?.computeState
                == StateOf(.failed, message: "node n-1 is lost: nothing is heard of it"))
        plane.report(lost, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .running)
        #expect(plane.executions[lost.id]?.computeState.type == .failed)
        #expect(
            plane.remarks(id).last == "Late result of execution \(lost.id.short) on node n-1 does not count: "
                + "the execution was given up")
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aLostNodeThatReturnsIsToldToEndWhatWasGivenUp() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        let lost = try #require(plane.active(id).first)
        plane.addNode("n-2")
        plane.advance(.seconds(200), hearing: ["n-2"])
        #expect(refusal(plane.beat("n-1")) == .notFound)
        plane.report(lost, .accepted)
        #expect(plane.stopped == ["n-1"])
        plane.addNode("n-1", known: [lost.id])
        #expect(plane.stopped == ["n-1"])
        #expect(plane.places(id) == ["n-2"])
    }

    @Test func aDisconnectedNodeHasToConnectAgain() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.advance(.seconds(45))
        #expect(refusal(plane.beat("n-1")) == .conflict)
        #expect(refusal(plane.beat("n-9")) == .notFound)
        plane.addNode("n-1")
        #expect(refusal(plane.beat("n-1")) == nil)
    }

    @Test(arguments: [
        (Job.NodeLossPolicy.replace, Duration.seconds(45)), (.wait, .seconds(165)),
    ])
    func theWorkOfALostNodeIsReplacedWhenItsJobWantsIt(_ policy: Job.NodeLossPolicy, _ after: Duration) {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", nodeLoss: policy)
        plane.addNode("n-2")
        plane.advance(after - .milliseconds(1), hearing: ["n-2"])
        #expect(plane.places(id) == ["n-1"])
        plane.advance(.milliseconds(1))
        #expect(plane.places(id) == ["n-2"])
    }

    @Test func workThatIsToBeKeptWaitsForItsNodeAndGoesOnThere() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", nodeLoss: .keep)
        let execution = try #require(plane.active(id).first)
        plane.report(execution, .accepted)
        plane.addNode("n-2")
        plane.advance(.seconds(10_000), hearing: ["n-2"])
        #expect(plane.places(id) == ["n-1"])
        plane.restart()
        plane.addNode("n-2")
        plane.advance(.seconds(1000), hearing: ["n-2"])
        #expect(plane.places(id) == ["n-1"])
        plane.addNode("n-1", known: [execution.id])
        plane.report(execution, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aStoppedExecutionOfALostNodeCountsAsEnded() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", nodeLoss: .keep)
        let execution = try #require(plane.active(id).first)
        plane.report(execution, .accepted)
        plane.stop(id)
        #expect(plane.state.jobs[id] != nil)
        plane.advance(.seconds(45))
        plane.advance(.seconds(120))
        #expect(plane.executions[execution.id]?.computeState.type == .cancelled)
        #expect(plane.state.jobs[id] == nil)
    }

    @Test func nodesThatAreNotBackAfterARestartAreLostAfterLeaseAndGracePeriod() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.report(id, .accepted)
        plane.restart()
        plane.addNode("n-2")
        plane.advance(.milliseconds(164_999), hearing: ["n-2"])
        #expect(plane.places(id) == ["n-1"])
        plane.advance(.milliseconds(1))
        #expect(plane.places(id) == ["n-2"])
    }

    // MARK: Wishes

    @Test func aWishToRunIsRepeatedUntilTheNodeReactsAndNoLonger() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        let execution = try #require(plane.active(id).first)
        for _ in 0..<3 {
            plane.advance(.milliseconds(9_999))
            #expect(plane.started.isEmpty)
            plane.advance(.milliseconds(1))
            #expect(plane.started == ["a@n-1"])
            _ = plane.beat("n-1")
        }
        plane.report(execution, .accepted)
        plane.advance(.seconds(30))
        #expect(plane.messages.isEmpty)
    }

    @Test func aWishToStopIsRepeatedUntilTheExecutionHasEnded() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.report(id, .accepted)
        plane.stop(id)
        for _ in 0..<3 {
            plane.advance(.seconds(10))
            #expect(plane.stopped == ["n-1"])
            _ = plane.beat("n-1")
        }
        plane.report(id, .cancelled(output: nil))
        plane.advance(.seconds(30))
        #expect(plane.messages.isEmpty)
    }

    @Test func connectingAgainAndAgainDoesNotMultiplyTheRepeats() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.submit("a")
        for _ in 0..<5 { plane.addNode("n-1") }
        plane.advance(.seconds(10))
        #expect(plane.started == ["a@n-1"])
    }

    @Test func wishesAreRepeatedAlsoAfterAFailedCommit() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 2000)
        plane.submit("a")
        let stopped = plane.submit("b")
        plane.report(stopped, .accepted)
        plane.stop(stopped)
        plane.reload()
        #expect(plane.started == ["a@n-1"])
        #expect(plane.stopped == ["n-1"])
        plane.advance(.seconds(10))
        #expect(plane.started == ["a@n-1"])
    }

    @Test func anAnnouncementThatWasHeldUpIsNotTakenForANewOne() throws {
        var plane = ControlPlaneFixture()
        let info = ControlPlaneFixture.info("n-1")
        func session(_ process: UInt64, _ number: Int) -> NodeSession { NodeSession(process: process, number: number) }
        plane.apply(.nodeConnected(info, known: [], session: session(1, 1)))
        let id = plane.submit("a")
        let execution = try #require(plane.active(id).first)
        plane.report(execution, .accepted)
        plane.apply(.nodeConnected(info, known: [execution.id], session: session(2, 1)))
        // They do not name the execution, and would end it.
        for late in [session(1, 1), session(1, 2), session(2, 1)] {
            plane.apply(.nodeConnected(info, known: [], session: late))
            #expect(plane.active(id).map(\.id) == [execution.id])
        }
        plane.apply(.nodeConnected(info, known: [], session: session(2, 2)))
        #expect(plane.executions[execution.id]?.computeState.type == .failed)
    }

    @Test func wishesOfABusyNodeAreLookedAtTogether() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1", cpuMillicores: 100_000)
        let pause = ControlSettings().resendPause
        for number in 0..<20 {
            plane.submit("j-\(number)")
            plane.advance(.milliseconds(10))
        }
        plane.advance(pause - .milliseconds(200))
        #expect(plane.started == ["j-0@n-1"])
        let due = plane.state.nextDeadline ?? 0
        #expect(due - plane.moment.uptime == (pause / 4).wholeNanoseconds)
        plane.advanceToDeadline()
        #expect(plane.started.count == 19)
    }

    @Test func aNodeThatComesBackInTheBatchThatRemovedItIsKept() {
        var plane = ControlPlaneFixture()
        let info = ControlPlaneFixture.info("n-1")
        plane.apply(.nodeConnected(info, known: []))
        plane.apply(.nodeDisconnected(info.nodeID))
        var changes = ChangeSet()
        for (number, command) in [Command.removeNode(info.nodeID), .nodeConnected(info, known: [])].enumerated() {
            _ = plane.state.apply(command, at: plane.moment, entropy: UInt64(1000 + number), changes: &changes)
        }
        #expect(changes.removedNodes.isEmpty)
        #expect(changes.nodes[info.nodeID]?.connection == .connected)
    }
}
