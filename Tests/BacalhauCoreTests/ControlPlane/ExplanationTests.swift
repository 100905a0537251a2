import BacalhauModel
import Testing

@testable import BacalhauCore

/// Why a job is where it is.
@Suite struct ExplanationTests {
    @Test func aWaitingJobIsToldItsPlaceWhatStandsInTheWayAndWhatHappensNext() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        plane.addNode("n-2", labels: ["zone": "us"])
        plane.submit("first", count: 2)
        plane.submit("second")
        let demand = [Constraint(key: "zone", operator: "=", values: ["us"])]
        let id = plane.submit("a", constraints: demand, timeouts: Timeouts(queue: 30, total: 60))
        let explanation = plane.explain(id)
        #expect(
            explanation?.summary == "It is number 2 of 2 in the queue, waiting for room; node n-2 is kept free for it.")
        #expect(explanation?.position == 2)
        #expect(explanation?.missingCount == 1)
        #expect(
            explanation?.obstacles == [
                JobExplanation.Obstacle(
                    reason: "has no room now (CPU: 1000m asked, 0m there)", nodeCount: 1,
                    examples: [NodeID(rawValue: "n-2")]),
                JobExplanation.Obstacle(
                    reason: "labels do not satisfy zone = us", nodeCount: 1, examples: [NodeID(rawValue: "n-1")]),
            ])
        #expect(
            explanation?.wakeUps == [
                JobExplanation.WakeUp(time: plane.moment.wall + .seconds(30), reason: "the queue timeout ends it"),
                JobExplanation.WakeUp(
                    time: plane.moment.wall + .seconds(60), reason: "the job's total timeout ends it"),
            ])
    }

    @Test func aJobNobodyCanRunSaysSo() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a", cpu: "2", timeouts: Timeouts(queue: 30))
        #expect(plane.explain(id)?.summary == "No known node can run it; it is number 1 of 1 in the queue.")
    }

    @Test func aPauseIsExplainedWithItsEnd() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.report(id, ControlPlaneFixture.failure(.node))
        let explanation = plane.explain(id)
        #expect(explanation?.summary == "It is tried again after a pause.")
        #expect(explanation?.wakeUps.map(\.reason) == ["it is tried again"])
        #expect(explanation?.obstacles.map(\.reason) == ["has room"])
    }

    @Test func anExecutionOnAnAbsentNodeIsExplainedWithTheMomentOfItsReplacement() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a")
        plane.disconnect("n-1")
        let explanation = plane.explain(id)
        #expect(explanation?.summary == "1 of its executions are on nodes that are not connected.")
        #expect(
            explanation?.wakeUps == [
                JobExplanation.WakeUp(
                    time: plane.moment.wall + .seconds(120),
                    reason: "its executions on node n-1 are replaced unless the node returns")
            ])
    }

    @Test func eachStageHasItsSentence() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a")
        #expect(plane.explain(id)?.summary == "1 executions were sent to their nodes and are not confirmed yet.")
        plane.report(id, .accepted)
        #expect(plane.explain(id)?.summary == "It runs: 1 execution.")
        let ops = plane.submit("ops", .ops)
        #expect(plane.explain(ops)?.summary == "1 executions wait for room on their nodes.")
        plane.stop(id)
        #expect(plane.explain(id)?.summary == "The job is over; 1 of its executions has still to end.")
        plane.report(id, .cancelled(output: nil))
        #expect(plane.explain(id) == nil)
    }

    @Test func aJobBehindAReservationIsToldWhoStandsAhead() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.submit("running")
        plane.submit("big", cpu: "4")
        let id = plane.submit("small")
        #expect(plane.explain(id)?.obstacles.map(\.reason) == ["is kept free for a job ahead in the queue"])
        #expect(plane.explain(id)?.position == 2)
    }
}
