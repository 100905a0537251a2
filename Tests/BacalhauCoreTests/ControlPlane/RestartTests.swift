import BacalhauModel
import Testing

@testable import BacalhauCore

/// What is remembered over a restart beyond jobs and executions.
@Suite struct RestartTests {
    private func plane(_ names: String...) -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        for name in names { plane.addNode(name) }
        return plane
    }

    @Test func attemptsOfBeforeCount() {
        var plane = plane("n-1")
        let id = plane.submit("a")
        for _ in 0..<2 {
            plane.report(id, ControlPlaneFixture.failure(.node))
            // Nobody waits for the end of a pause that the restart interrupted.
            plane.restart()
            plane.addNode("n-1")
            #expect(plane.started == ["a@n-1"])
        }
        plane.report(id, ControlPlaneFixture.failure(.node))
        #expect(plane.state(id) == StateOf(.failed, message: "broken (tried 3 times)"))
    }

    @Test func aNodeThatRefusedAJobIsNotAskedAgainUntilItChanges() {
        var plane = plane("n-1")
        let id = plane.submit("a", timeouts: Timeouts(queue: 300))
        plane.report(id, .refused(reason: "not here", isRetryable: false))
        plane.restart()
        plane.addNode("n-1")
        #expect(plane.started.isEmpty)
        #expect(plane.explain(id)?.obstacles.map(\.reason) == ["not here"])
        plane.addNode("n-1", labels: ["image": "loaded"])
        #expect(plane.started == ["a@n-1"])
    }

    @Test func theTimeThatAJobHasTakenCounts() {
        var plane = plane("n-1")
        let id = plane.submit("a", timeouts: Timeouts(total: 60))
        plane.advance(.seconds(50))
        plane.restart()
        plane.advance(.milliseconds(9_999))
        #expect(plane.state(id)?.type == .running)
        plane.advance(.milliseconds(1))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func theQueueKeepsItsOrder() {
        var plane = plane()
        for (name, priority) in [("a", 0), ("b", 5), ("c", 0)] { plane.submit(name, priority: priority) }
        plane.restart()
        plane.submit("d")
        plane.addNode("n-1", cpuMillicores: 4000)
        #expect(plane.started == ["b@n-1", "a@n-1", "c@n-1", "d@n-1"])
    }

    @Test func gpusThatAreInUseStayWithTheirExecutions() throws {
        var plane = plane()
        let gpus = (0..<2).map { GPU(index: UInt64($0), name: "g", vendor: "NVIDIA", memoryMiB: 1, pciAddress: "") }
        let info = ControlPlaneFixture.info("n-1", cpuMillicores: 4000, gpus: gpus)
        plane.apply(.nodeConnected(info, known: []))
        let first = plane.submit("a", gpu: "1")
        plane.report(first, .accepted)
        let held = try #require(plane.active(first).first)
        plane.restart()
        plane.apply(.nodeConnected(info, known: [held.id]))
        let second = plane.submit("b", gpu: "1")
        #expect(held.allocatedResources["main"]?.gpus == [gpus[0]])
        #expect(plane.active(second).first?.allocatedResources["main"]?.gpus == [gpus[1]])
    }

    @Test func aNodeThatIsNotKnownAnyMoreLosesItsWork() {
        var plane = plane("n-1")
        let id = plane.submit("a")
        plane.report(id, .accepted)
        let lost = plane.active(id)[0].id
        plane.disconnect("n-1")
        plane.apply(.removeNode(NodeID(rawValue: "n-1")))
        #expect(plane.executions[lost]?.computeState == StateOf(.failed, message: "node n-1 was removed"))
        plane.restart()
        plane.addNode("n-2")
        #expect(plane.started == ["a@n-2"])
    }
}
