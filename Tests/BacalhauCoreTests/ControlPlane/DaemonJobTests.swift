import BacalhauModel
import Testing

@testable import BacalhauCore

/// Jobs of which one execution is kept running on each node.
@Suite struct DaemonJobTests {
    private func plane(_ names: String...) -> ControlPlaneFixture {
        var plane = ControlPlaneFixture()
        for name in names { plane.addNode(name) }
        return plane
    }

    @Test func aNodeThatJoinsLaterGetsItsExecution() {
        var plane = plane()
        let id = plane.submit("a", .daemon)
        #expect(plane.state(id)?.type == .queued)
        plane.addNode("n-1")
        #expect(plane.started == ["a@n-1"])
        plane.addNode("n-2")
        #expect(plane.started == ["a@n-2"])
        #expect(plane.state(id)?.type == .running)
    }

    @Test func aNodeThatBeginsToFitGetsItsExecution() {
        var plane = plane("n-1")
        let id = plane.submit("a", .daemon, constraints: [Constraint(key: "zone", operator: "=", values: ["eu"])])
        #expect(plane.active(id).isEmpty)
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", labels: ["zone": "eu"])))
        #expect(plane.started == ["a@n-1"])
    }

    @Test func anExecutionThatFailsReturnsToItsNodeAfterAPause() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .daemon)
        plane.report(id, on: "n-1", ControlPlaneFixture.failure(.workload))
        #expect(plane.places(id) == ["n-2"])
        plane.advance(.milliseconds(1126))
        #expect(plane.started == ["a@n-1"])
        #expect(plane.places(id) == ["n-1", "n-2"])
    }

    @Test func anExecutionThatEndsByItselfIsStartedAgain() {
        var plane = plane("n-1")
        let id = plane.submit("a", .daemon)
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .running)
        plane.advance(.milliseconds(1126))
        #expect(plane.started == ["a@n-1"])
    }

    @Test func aLostNodeGetsItsExecutionBackWhenItReturns() throws {
        var plane = plane("n-1")
        let id = plane.submit("a", .daemon)
        let first = try #require(plane.active(id).first)
        plane.report(first, .accepted)
        plane.advance(.seconds(45))
        plane.advance(.seconds(120))
        #expect(plane.executions[first.id]?.computeState.type == .failed)
        plane.advance(.seconds(300))
        #expect(plane.active(id).isEmpty)
        plane.addNode("n-1", known: [first.id])
        #expect(plane.stopped == ["n-1"])
        #expect(plane.started == ["a@n-1"])
        #expect(plane.state(id)?.type == .running)
    }

    @Test func aNodeThatCannotStartItIsLeftOutAndTheOthersGoOn() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .daemon)
        let event = BacalhauModel.Event(topic: .preparingEnvironment, message: "no such image", timestamp: nil)
        plane.report(id, on: "n-1", .failed(event, output: nil, cause: .workload))
        plane.advance(.seconds(30))
        plane.addNode("n-1")
        #expect(plane.places(id) == ["n-2"])
        #expect(plane.state(id)?.type == .running)
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", labels: ["image": "loaded"])))
        #expect(plane.started == ["a@n-1"])
    }

    @Test func aStopEndsAllOfItsExecutionsAndNodesThatJoinGetNone() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .daemon)
        plane.stop(id)
        #expect(plane.stopped == ["n-1", "n-2"])
        for node in ["n-1", "n-2"] { plane.report(id, on: node, .cancelled(output: nil)) }
        plane.addNode("n-3")
        #expect(plane.started.isEmpty)
        #expect(plane.state.jobs[id] == nil)
    }

    @Test func afterARestartItIsOnEveryNodeOnce() throws {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .daemon)
        for node in ["n-1", "n-2"] { plane.report(id, on: node, .accepted) }
        let kept = try #require(plane.active(id).first { $0.nodeID.rawValue == "n-1" })
        plane.report(id, on: "n-2", ControlPlaneFixture.failure(.node))
        plane.restart()
        plane.addNode("n-1", known: [kept.id])
        plane.addNode("n-2")
        plane.addNode("n-3")
        #expect(plane.places(id) == ["n-1", "n-2", "n-3"])
        #expect(plane.active(id, on: "n-1")?.id == kept.id)
    }

    @Test func aPauseThatIsCutShortByAFailedCommitEndsAtOnce() {
        var plane = plane("n-1")
        let id = plane.submit("a", .daemon)
        plane.report(id, ControlPlaneFixture.failure(.node))
        #expect(plane.active(id).isEmpty)
        plane.reload()
        #expect(plane.places(id) == ["n-1"])
    }
}
