import BacalhauModel
import Testing

@testable import BacalhauCore

/// The scheduler goes on, whatever nodes and jobs do. Each test names a way in which schedulers of this kind get stuck.
@Suite struct LivenessTests {
    private func patientPlane(_ names: String...) -> ControlPlaneFixture {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        for name in names { plane.addNode(name) }
        return plane
    }

    /// Synchronous calls to nodes: one that hangs blocks a worker, and in the end all of them.
    @Test func aNodeThatNeverAnswersHoldsUpNobodyElse() {
        var plane = patientPlane("silent", "n-1")
        for number in 0..<20 {
            let id = plane.submit("j-\(number)")
            if plane.places(id) == ["n-1"] { plane.report(id, ControlPlaneFixture.done) }
        }
        // One job is with the silent node; all others went by.
        #expect(plane.state.jobs.values.map { $0.active.values.map(\.nodeID.rawValue) } == [["silent"]])
    }

    /// The dead-letter queue: after ten tries without a node a job could not be scheduled, stopped or timed out.
    @Test func aLongTimeWithoutNodesWedgesNoJob() {
        var plane = patientPlane()
        let waiting = plane.submit("waiting")
        let stopped = plane.submit("stopped")
        let timed = plane.submit("timed", timeouts: Timeouts(total: 90_000))
        for _ in 0..<24 { plane.advance(.seconds(3600)) }
        plane.stop(stopped)
        #expect(plane.state(stopped)?.type == .stopped)
        plane.advance(.seconds(3600))
        #expect(plane.state(timed)?.type == .failed)
        plane.addNode("n-1")
        #expect(plane.started == ["waiting@n-1"])
        #expect(plane.state(waiting)?.type == .running)
    }

    /// While an evaluation backed off, a stop of its job waited behind it.
    @Test func aJobInItsPauseIsStoppedAtOnceAndStaysStopped() {
        var plane = patientPlane("n-1")
        let id = plane.submit("a")
        plane.report(id, ControlPlaneFixture.failure(.node))
        plane.stop(id)
        #expect(plane.state(id)?.type == .stopped)
        plane.advance(.seconds(60))
        #expect(plane.started.isEmpty)
        #expect(plane.state.jobs[id] == nil)
    }

    /// Daemon jobs were not evaluated when a node joined, and never returned to a node after a failure.
    @Test func everyNodeHasItsDaemonExecutionInTheEnd() {
        var plane = patientPlane("n-1")
        let id = plane.submit("a", .daemon)
        plane.addNode("n-2")
        plane.report(id, on: "n-1", ControlPlaneFixture.failure(.node))
        plane.advance(.seconds(2))
        #expect(plane.places(id) == ["n-1", "n-2"])
    }

    /// Two evaluations of one job could run at once; the loser waited for up to half a minute.
    @Test func reportsOfOneJobThatComeTogetherAreAllDealtWithAtOnce() {
        var plane = patientPlane("n-1", "n-2", "n-3")
        let id = plane.submit("a", count: 3)
        for execution in plane.active(id) { plane.report(execution, ControlPlaneFixture.done) }
        #expect(plane.state(id)?.type == .completed)
        #expect(plane.state.jobs[id] == nil)
    }

    /// Conflicts of two writers were retried with the pauses meant for failures. There is one writer.
    @Test func aStopAndAReportOfTheSameMomentNeedNoRetry() {
        var plane = patientPlane("n-1")
        let id = plane.submit("a")
        let execution = plane.active(id)[0]
        plane.stop(id)
        plane.report(execution, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .stopped)
        #expect(plane.executions[execution.id]?.computeState.type == .completed)
        #expect(plane.state.jobs[id] == nil)
    }

    /// An execution on a dead node whose stop nobody confirmed counted as running, and its replacement was rejected.
    @Test func aDeadNodeDoesNotKeepAReplacementFromRunning() {
        var plane = ControlPlaneFixture()
        plane.addNode("dead")
        let id = plane.submit("a")
        plane.report(id, .accepted)
        plane.addNode("n-1")
        plane.advance(.seconds(165), hearing: ["n-1"])
        #expect(plane.places(id) == ["n-1"])
        plane.report(id, .accepted)
        plane.report(id, ControlPlaneFixture.done)
        #expect(plane.state(id)?.type == .completed)
    }

    /// Timeouts fired up to two and a half minutes late, and a scan of all jobs looked for them.
    @Test func everyTimeoutHasItsDeadlineAndFiresInItsMillisecond() {
        var plane = patientPlane()
        let ids = (1...50).map { plane.submit("j-\($0)", timeouts: Timeouts(total: Int64($0))) }
        for (index, id) in ids.enumerated() {
            #expect(plane.state.nextDeadline == Int64(index + 1) * 1_000_000_000)
            plane.advance(.milliseconds(999))
            #expect(plane.state(id)?.type == .queued)
            plane.advance(.milliseconds(1))
            #expect(plane.state(id)?.type == .failed)
        }
    }

    /// Queued jobs were looked at once a minute instead of when room came free.
    @Test func roomThatComesFreeIsTakenInTheSameMoment() {
        var plane = patientPlane("n-1")
        let first = plane.submit("first")
        plane.submit("second")
        plane.report(first, ControlPlaneFixture.done)
        #expect(plane.started == ["second@n-1"])
        plane.submit("third")
        plane.addNode("n-2")
        #expect(plane.started == ["third@n-2"])
    }

    /// Loss took a minute and a half and had no grace: a blip of a minute restarted everything on the node.
    @Test func aNodeThatIsAwayForAMinuteLosesNothing() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        let id = plane.submit("a")
        let execution = plane.active(id)[0]
        plane.report(execution, .accepted)
        plane.advance(.seconds(61))
        plane.addNode("n-1", known: [execution.id])
        #expect(plane.active(id).map(\.id) == [execution.id])
        #expect(plane.messages.isEmpty)
    }

    /// Everybody was told of everything: each event cost as much as there are nodes.
    @Test func onlyTheNodeThatIsConcernedHearsOfAChange() {
        var plane = patientPlane("n-1", "n-2", "n-3", "n-4")
        let id = plane.submit("a")
        #expect(plane.messages.count == 1)
        let node = plane.active(id)[0].nodeID
        plane.stop(id)
        #expect(plane.messages.map(\.node) == [node])
    }

    /// A node's description was compared with a copy that every heartbeat overwrote: changes did not arrive.
    @Test func aChangedDescriptionCountsFromItsArrivalOn() {
        var plane = patientPlane("n-1")
        let id = plane.submit("a", cpu: "4", timeouts: Timeouts(queue: 1000))
        _ = plane.beat("n-1")
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", cpuMillicores: 4000)))
        #expect(plane.started == ["a@n-1"])
        #expect(plane.state(id)?.type == .running)
    }
}
