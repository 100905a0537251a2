import BacalhauModel
import Testing

@testable import BacalhauCore

/// Jobs that run once on each node.
@Suite struct OpsJobTests {
    private func plane(_ names: String...) -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        for name in names { plane.addNode(name) }
        return plane
    }

    @Test func itRunsOnceOnEveryNodeAndIsCompletedWhenAllAre() {
        var plane = plane("n-1", "n-2", "n-3")
        let id = plane.submit("a", .ops, count: 1)
        #expect(plane.started.sorted() == ["a@n-1", "a@n-2", "a@n-3"])
        for node in ["n-1", "n-2"] { plane.report(id, on: node, ControlPlaneFixture.done) }
        #expect(plane.state(id)?.type == .running)
        plane.report(id, on: "n-3", ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aNodeThatRefusesDoesNotFailIt() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .ops)
        plane.report(id, on: "n-1", .refused(reason: "not here", isRetryable: false))
        #expect(plane.state(id)?.type == .running)
        plane.report(id, on: "n-2", ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aNodeThatFailsFailsItOnceTheOthersHaveEndedAndTheMessageSaysWhy() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .ops)
        plane.report(id, on: "n-1", ControlPlaneFixture.failure(.workload))
        #expect(plane.state(id)?.type == .running)
        plane.report(id, on: "n-2", ControlPlaneFixture.done)
        #expect(plane.state(id) == StateOf(.failed, message: "1 of 2 executions failed\n• Node n-1: broken"))
    }

    @Test func whenAllNodesRefuseItFailsWithTheirReasons() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .ops)
        plane.report(id, on: "n-1", .refused(reason: "not here", isRetryable: false))
        plane.report(id, on: "n-2", .refused(reason: "not there", isRetryable: false))
        let message =
            "not enough nodes to run job. requested: 1, available: 2, suitable: 0.\n• Node n-1: not here"
            + "\n• Node n-2: not there"
        #expect(plane.state(id) == StateOf(.failed, message: message))
    }

    @Test func aFailureIsTriedAgainOnTheSameNodeAndGivenUpInTheEnd() {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .ops)
        plane.report(id, on: "n-2", ControlPlaneFixture.done)
        for _ in 0..<2 {
            plane.report(id, on: "n-1", ControlPlaneFixture.failure(.node))
            #expect(plane.active(id).isEmpty)
            plane.advanceToDeadline()
            #expect(plane.started == ["a@n-1"])
        }
        plane.report(id, on: "n-1", ControlPlaneFixture.failure(.node))
        let message = "1 of 2 executions failed\n• Node n-1: broken (tried 3 times)"
        #expect(plane.state(id) == StateOf(.failed, message: message))
    }

    @Test func itWaitsForRoomOnEachNode() {
        var plane = plane("n-1")
        let first = plane.submit("first")
        plane.addNode("n-2")
        let id = plane.submit("a", .ops)
        #expect(plane.started == ["a@n-2"])
        #expect(plane.places(id) == ["n-1", "n-2"])
        plane.report(first, ControlPlaneFixture.done)
        #expect(plane.started == ["a@n-1"])
    }

    @Test func aNodeThatJoinsLaterIsNotOneOfItsNodesEvenAfterARestart() throws {
        var plane = plane("n-1")
        let id = plane.submit("a", .ops)
        let execution = try #require(plane.active(id).first)
        plane.report(execution, .accepted)
        plane.addNode("n-2")
        #expect(plane.places(id) == ["n-1"])
        plane.restart()
        plane.addNode("n-3")
        #expect(plane.places(id) == ["n-1"])
        plane.addNode("n-1", known: [execution.id])
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    @Test func aFailureThatWasGivenUpStaysSoAfterARestart() throws {
        var plane = plane("n-1", "n-2")
        let id = plane.submit("a", .ops)
        plane.report(id, on: "n-1", ControlPlaneFixture.failure(.workload))
        plane.report(id, on: "n-2", .accepted)
        let second = try #require(plane.active(id).first { $0.nodeID.rawValue == "n-2" })
        plane.restart()
        plane.addNode("n-1")
        plane.addNode("n-2", known: [second.id])
        #expect(plane.places(id) == ["n-2"])
        plane.report(second, ControlPlaneFixture.done)
        #expect(plane.state(id) == StateOf(.failed, message: "1 of 2 executions failed\n• Node n-1: broken"))
    }

    @Test func aPauseThatARestartInterruptedIsFollowedByTheNextAttempt() throws {
        var plane = plane("n-1")
        let id = plane.submit("a", .ops)
        plane.report(id, ControlPlaneFixture.failure(.node))
        #expect(plane.active(id).isEmpty)
        plane.restart()
        plane.addNode("n-1")
        #expect(plane.started == ["a@n-1"])
        #expect(plane.state.jobs[id]?.scheduling.failures == [.node(NodeID(rawValue: "n-1")): FailureCount(node: 1)])
    }

    @Test func itWaitsForANodeAndItsQueueTimeoutOutlivesARestart() {
        var plane = plane()
        let id = plane.submit("a", .ops, timeouts: Timeouts(queue: 30))
        plane.advance(.seconds(20))
        plane.restart()
        plane.advance(.milliseconds(9_999))
        #expect(plane.state(id)?.type == .queued)
        plane.advance(.milliseconds(1))
        #expect(plane.state(id) == StateOf(.failed, message: "waiting for a node to join (waited 30s)"))
    }

    @Test func aStopEndsWhatRunsAndWhatStillWaits() {
        var plane = plane("n-1")
        plane.submit("first")
        plane.addNode("n-2")
        let id = plane.submit("a", .ops)
        let waiting = plane.active(id, on: "n-1")?.id
        plane.stop(id)
        #expect(plane.stopped == ["n-2"])
        #expect(waiting.flatMap { plane.executions[$0]?.computeState.type } == .cancelled)
        plane.report(id, .cancelled(output: nil))
        #expect(plane.state.jobs[id] == nil)
        #expect(plane.node("n-1")?.bound.isEmpty == true)
    }

    @Test func whatWaitsAtANodeThatBecomesTooSmallIsLetGoOfAndKeepsNobodyFromTheNode() {
        var plane = plane()
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.addNode("n-2", cpuMillicores: 4000)
        plane.submit("first", count: 2)
        let id = plane.submit("a", .ops, cpu: "4")
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", cpuMillicores: 2000)))
        #expect(plane.places(id) == ["n-2"])
        plane.submit("small")
        #expect(plane.started == ["small@n-1"])
    }
}
