import BacalhauModel
import Testing

@testable import BacalhauCore

/// Jobs of which a number of executions is kept running.
@Suite struct ServiceJobTests {
    /// The pauses between the ends and the next starts of a service that fails `count` times, in milliseconds.
    private func pauses(_ count: Int, ranFor: Duration = .zero, cause: FailureCause = .workload) -> [Int64] {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a", .service)
        return (0..<count).map { _ in
            plane.advance(ranFor)
            plane.report(id, ControlPlaneFixture.failure(cause))
            let end = plane.moment.uptime
            plane.advanceUntilPlaced(id)
            return (plane.moment.uptime - end) / 1_000_000
        }
    }

    @Test func whatFailsIsStartedAgainAfterGrowingPausesAndNeverGivenUp() {
        let pauses = pauses(60)
        for (index, pause) in pauses.enumerated() {
            let expected = Int64(min(60, 1 << min(index, 10)))
            #expect((expected * 875...expected * 1125).contains(pause), "pause \(index) is \(pause) ms")
        }
    }

    @Test func anExecutionThatRanLongHasProvedItselfAndPausesStartSmallAgain() {
        #expect(pauses(20, ranFor: .seconds(600)).allSatisfy { (875...1125).contains($0) })
    }

    @Test func anExecutionThatEndsByItselfIsStartedAgain() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", .service)
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .running)
        plane.advance(.milliseconds(1126))
        #expect(plane.started == ["a@n-1"])
    }

    @Test func whatCouldNotEvenStartFailsTheJob() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a", .service)
        let event = BacalhauModel.Event(topic: .preparingEnvironment, message: "no such image", timestamp: nil)
        plane.report(id, .failed(event, output: nil, cause: .workload))
        #expect(plane.state(id) == StateOf(.failed, message: "no such image"))
    }

    @Test func anExecutionOnALostNodeIsReplacedElsewhere() throws {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.addNode("n-2")
        let id = plane.submit("a", .service, cpu: "0.5", count: 2)
        #expect(plane.places(id) == ["n-1", "n-2"])
        plane.advance(.seconds(200), hearing: ["n-2"])
        #expect(plane.places(id) == ["n-2", "n-2"])
        #expect(plane.state(id)?.type == .running)
    }

    @Test func afterARestartItGoesOnWhereItWasAndRemembersItsFailures() throws {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a", .service)
        for _ in 0..<5 {
            plane.report(id, ControlPlaneFixture.failure(.workload))
            plane.advanceUntilPlaced(id)
        }
        let running = try #require(plane.active(id).first)
        plane.report(running, .accepted)
        plane.restart()
        plane.addNode("n-1", known: [running.id])
        #expect(plane.active(id).map(\.id) == [running.id])
        plane.report(running, ControlPlaneFixture.failure(.workload))
        #expect(plane.remarks(id).last?.hasSuffix("(attempt 7): broken") == true)
        plane.advance(.seconds(27))
        #expect(plane.active(id).isEmpty)
    }

    @Test func itHasNoEndUntilItIsStopped() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1")
        let id = plane.submit("a", .service)
        plane.report(id, .accepted)
        plane.advance(.seconds(1 << 25))
        #expect(plane.state(id)?.type == .running)
        plane.stop(id)
        plane.report(id, .cancelled(output: nil))
        #expect(plane.state(id)?.type == .stopped)
        #expect(plane.state.jobs[id] == nil)
    }
}
