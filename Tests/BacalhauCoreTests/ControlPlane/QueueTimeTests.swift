import BacalhauModel
import Testing

@testable import BacalhauCore

/// How long jobs wait, and by which clock.
@Suite struct QueueTimeTests {
    private func busyPlane() -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        plane.submit("first")
        return plane
    }

    @Test func theQueueTimeoutIsExactToTheMillisecond() {
        var plane = busyPlane()
        let id = plane.submit("a", timeouts: Timeouts(queue: 30))
        plane.advance(.milliseconds(29_999))
        #expect(plane.state(id)?.type == .queued)
        plane.advance(.milliseconds(1))
        let reason = "waiting for room; node n-1 is kept free for it (waited 30s)"
        #expect(plane.state(id) == StateOf(.failed, message: reason))
    }

    @Test func itCountsFromTheBeginningOfWaitingAndAgainWhenAJobHasToWaitAgain() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a", timeouts: Timeouts(queue: 30))
        plane.advance(.seconds(100))
        plane.report(id, ControlPlaneFixture.failure(.node))
        plane.submit("other")
        plane.advanceToDeadline()
        #expect(plane.state(id)?.type == .queued)
        plane.advance(.milliseconds(29_999))
        #expect(plane.state(id)?.type == .queued)
        plane.advance(.milliseconds(1))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func theTimeWaitedBeforeARestartCounts() {
        var plane = busyPlane()
        let id = plane.submit("a", timeouts: Timeouts(queue: 30))
        plane.advance(.seconds(20))
        plane.restart()
        plane.advance(.milliseconds(9_999))
        #expect(plane.state(id)?.type == .queued)
        plane.advance(.milliseconds(1))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func aPartThatStillWaitsWhenTheOthersHaveEndedIsNotForgotten() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a", count: 2, timeouts: Timeouts(queue: 30))
        plane.submit("urgent", priority: 1)
        plane.advance(.seconds(100))
        #expect(plane.state(id)?.type == .running)
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.started == ["urgent@n-1"])
        plane.advance(.seconds(100))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func aNodeThatChangesDoesNotStartTheWaitingAnew() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        plane.addNode("n-2")
        let id = plane.submit("a", timeouts: Timeouts(queue: 30))
        let refuser = plane.places(id)[0]
        plane.report(id, .refused(reason: "not here", isRetryable: false))
        plane.report(id, .refused(reason: "not here", isRetryable: false))
        #expect(plane.state(id)?.type == .queued)
        plane.submit("filler", count: 2, priority: 1)
        plane.advance(.seconds(20))
        plane.apply(.nodeUpdated(ControlPlaneFixture.info(refuser, labels: ["a": "b"])))
        plane.advance(.seconds(10))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func withoutAQueueTimeoutAJobWaitsForRoomAsLongAsItLives() {
        var plane = busyPlane()
        let id = plane.submit("a")
        plane.advance(.seconds(1_000_000))
        #expect(plane.state(id)?.type == .queued)
    }

    @Test func anImpossibleJobFailsAtOnceEvenWhenAPatientOneWithTheSameNeedsWaits() {
        var plane = busyPlane()
        let patient = plane.submit("patient", cpu: "2", timeouts: Timeouts(queue: 30))
        let hasty = plane.submit("hasty", cpu: "2")
        #expect(plane.state(patient)?.type == .queued)
        let message =
            "not enough nodes to run job. requested: 1, available: 1, suitable: 0.\n"
            + "• Node n-1: does not have enough capacity (CPU: 2000m asked, 1000m there)"
        #expect(plane.state(hasty) == StateOf(.failed, message: message))
    }

    @Test func aJobThatOnlyADisconnectedNodeCanRunWaitsForIt() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        plane.addNode("big", cpuMillicores: 4000)
        plane.disconnect("big")
        let id = plane.submit("a", cpu: "4")
        #expect(plane.state(id)?.type == .queued)
        plane.addNode("big", cpuMillicores: 4000)
        #expect(plane.started == ["a@big"])
    }

    @Test(arguments: [JobType.batch, .ops])
    func whenTheOnlyNodeThatCouldRunItIsLostAJobFailsInsteadOfWaitingInVain(_ type: JobType) {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        plane.addNode("big", cpuMillicores: 4000)
        plane.disconnect("big")
        let id = plane.submit("a", type, cpu: "4")
        #expect(plane.state(id)?.type == .queued)
        plane.advance(.seconds(120))
        #expect(plane.state(id)?.type == .failed)
    }

    @Test func whenTheOnlyNodeThatCouldRunItComesBackSmallerAJobFailsInsteadOfWaitingInVain() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.submit("first")
        let id = plane.submit("a", cpu: "4")
        plane.addNode("n-1", cpuMillicores: 2000, known: [])
        #expect(plane.state(id)?.type == .failed)
    }

    // MARK: Clocks

    @Test(arguments: [Duration.seconds(1 << 30), .seconds(-(1 << 30))])
    func aJumpOfTheWallClockFiresNoTimeoutAndHoldsNoneUp(_ jump: Duration) {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let running = plane.submit("running", timeouts: Timeouts(total: 40))
        let waiting = plane.submit("waiting", timeouts: Timeouts(queue: 30))
        plane.advance(.milliseconds(29_999), wallJump: jump)
        #expect(plane.state(running)?.type == .running)
        #expect(plane.state(waiting)?.type == .queued)
        #expect(plane.node("n-1")?.state.connection == .connected)
        plane.advance(.milliseconds(1))
        #expect(plane.state(waiting)?.type == .failed)
        plane.advance(.seconds(10))
        #expect(plane.state(running)?.type == .failed)
    }

    @Test func aWallClockThatIsSetBackDoesNotMakeHistoryGoBackwards() {
        var plane = busyPlane()
        plane.advance(.seconds(1), wallJump: .seconds(-3600))
        plane.submit("a")
        #expect(zip(plane.history, plane.history.dropFirst()).allSatisfy { $0.time <= $1.time })
    }
}
