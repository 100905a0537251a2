import BacalhauModel
import Testing

@testable import BacalhauCore

/// Where jobs go and in which order. Each test names something that schedulers of this kind get wrong.
@Suite struct PlacementTests {
    private func plane(_ cores: [String: Int64]) -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        for (name, cpu) in cores.sorted(by: { $0.key < $1.key }) { plane.addNode(name, cpuMillicores: cpu * 1000) }
        return plane
    }

    /// Figures of free capacity were half a minute old and nothing was reserved: a burst fell on the same best node.
    @Test func aBurstFillsAllNodesAndOverCommitsNone() {
        var plane = plane(["n-1": 4, "n-2": 4, "n-3": 4])
        for number in 0..<20 { plane.submit("j-\(number)") }
        #expect(plane.state.nodes.all.map(\.reserved.cpu) == [4000, 4000, 4000])
        #expect(plane.state.waiting.count == 8)
    }

    /// Memory was counted in bytes against single cores, so that the processor did not matter.
    @Test func theEmptierNodeIsTheOneWithTheLesserShareInUse() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        // Much more memory, but its processor would be full.
        var roomy = ControlPlaneFixture.info("a-roomy", cpuMillicores: 1000)
        roomy.compute?.maxCapacity.memoryBytes = 1 << 45
        roomy.compute?.maxJobRequirements.memoryBytes = 1 << 45
        plane.apply(.nodeConnected(roomy, known: []))
        plane.addNode("balanced", cpuMillicores: 8000)
        plane.submit("a")
        #expect(plane.started == ["a@balanced"])
    }

    /// Priority was not copied to where jobs are chosen.
    @Test func priorityDecidesBetweenJobsOfDifferentNeeds() {
        var plane = plane(["n-1": 2])
        let first = plane.submit("first", cpu: "2")
        plane.submit("low", cpu: "1")
        plane.submit("high", cpu: "2", priority: 3)
        plane.submit("middle", cpu: "0.5", priority: 1)
        plane.report(first, ControlPlaneFixture.done)
        #expect(plane.started == ["high@n-1"])
    }

    /// New submissions overtook older work, so that steady submission starved jobs that had begun.
    @Test func aJobThatIsTriedAgainStandsWhereItStoodBeforeNewOnes() {
        var plane = plane(["n-1": 1])
        let old = plane.submit("old")
        plane.submit("new-1")
        plane.report(old, ControlPlaneFixture.failure(.infrastructure))
        #expect(plane.started == ["old@n-1"])
    }

    /// The queue of a node was unbounded, and nobody saw who waited there.
    @Test func nothingWaitsAtANodeThatCouldRunElsewhere() {
        var plane = plane(["n-1": 1, "n-2": 1])
        for number in 0..<10 { plane.submit("j-\(number)") }
        #expect(plane.state.nodes.all.allSatisfy { $0.executions.count == 1 && $0.bound.isEmpty })
    }

    /// Retries had no pause, no cause and no end but two attempts on each node, and the message was misleading.
    @Test func aFailureIsTriedAgainAsOftenAsThePolicySaysEvenOnASingleNode() {
        var plane = plane(["n-1": 1])
        let id = plane.submit(
            "a", retryPolicy: Job.RetryPolicy(retryCountMax: 5, backoffSeconds: 1, backoffMaxSeconds: 4))
        for _ in 0..<5 {
            plane.report(id, ControlPlaneFixture.failure(.node))
            #expect(plane.started.isEmpty)
            plane.advanceUntilPlaced(id)
            #expect(plane.started == ["a@n-1"])
        }
        plane.report(id, ControlPlaneFixture.failure(.node))
        #expect(plane.state(id) == StateOf(.failed, message: "broken (tried 6 times)"))
    }

    /// Failures of the system counted like failures of the job.
    @Test func lostNodesDoNotUseUpTheAttemptsOfAJob() {
        var plane = plane(["n-1": 1])
        let id = plane.submit("a", retryPolicy: Job.RetryPolicy(retryCountMax: 1))
        for _ in 0..<5 {
            plane.report(id, ControlPlaneFixture.failure(.infrastructure))
            plane.advanceUntilPlaced(id)
        }
        plane.report(id, ControlPlaneFixture.failure(.node))
        plane.advanceUntilPlaced(id)
        #expect(plane.state(id)?.type == .running)
        plane.report(id, ControlPlaneFixture.failure(.node))
        #expect(plane.state(id) == StateOf(.failed, message: "broken (tried 7 times)"))
    }

    /// A round of bids came before anything could start, each with its own disk syncs.
    @Test func aJobIsSentToItsNodeByItsSubmissionAndRunsWithoutAnotherDecision() {
        var plane = plane(["n-1": 1])
        let id = plane.submit("a")
        #expect(plane.started == ["a@n-1"])
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    /// Wishes about nodes order them; they exclude none.
    @Test func aWishThatNoFreeNodeMeetsIsNoObstacle() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 8000)
        plane.addNode("n-2", labels: ["ssd": "yes"])
        let wish = [Constraint(key: "favour_ssd", operator: "=", values: ["yes"])]
        plane.submit("a", constraints: wish)
        #expect(plane.started == ["a@n-2"])
        plane.submit("b", constraints: wish)
        #expect(plane.started == ["b@n-1"])
    }
}
