import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// What holds for every sequence of events: a few hundred random ones stand for all.
@Suite struct SchedulingPropertyTests {
    @Test(arguments: 0..<8)
    func whateverHappensNothingIsOverCommittedOvertakenOrForgotten(_ batch: Int) {
        for seed in UInt64(batch * 25)..<UInt64(batch * 25 + 25) {
            var world = RandomWorld(seed: seed)
            var invariants = ControlInvariants()
            for _ in 0..<60 {
                world.step()
                let violations = invariants.violations(of: world.plane)
                guard violations.isEmpty else {
                    Issue.record("seed \(seed): \(violations)\nafter:\n\(world.log.joined(separator: "\n"))")
                    break
                }
            }
        }
    }

    @Test func theSameEventsGiveTheSameHistory() {
        func life(_ seed: UInt64) -> [HistoryItem] {
            var world = RandomWorld(seed: seed)
            for _ in 0..<60 { world.step() }
            return world.plane.history
        }
        for seed in UInt64(1000)..<1010 { #expect(life(seed) == life(seed)) }
    }

    /// Small jobs keep coming; what runs ends in the order in which it began.
    private func completionsUntilBigRuns(_ seed: UInt64, nodeCount: Int, cores: Int) -> Int {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        var random = SplitMix64(seed: seed)
        for number in 0..<nodeCount { plane.addNode("n-\(number)", cpuMillicores: Int64(cores * 1000)) }
        var number = 0
        var running: [Execution] = []
        func submitSmall() {
            number += 1
            plane.submit("small-\(number)", cpu: ["0.5", "1", "2"][Int(random.next(upperBound: 3))])
            running += plane.started.compactMap { text in
                plane.active(JobID(rawValue: String(text.prefix { $0 != "@" }))).first
            }
        }
        for _ in 0..<(4 * nodeCount * cores) { submitSmall() }
        let big = plane.submit("big", cpu: "\(cores)")
        var completions = 0
        while plane.active(big).isEmpty, !running.isEmpty, completions < 10_000 {
            plane.report(running.removeFirst(), ControlPlaneFixture.done)
            running += plane.started.compactMap { text in
                plane.active(JobID(rawValue: String(text.prefix { $0 != "@" }))).first
            }
            completions += 1
            submitSmall()
        }
        return completions
    }

    @Test func aBigJobIsNotStarvedByAnEndlessStreamOfSmallOnes() {
        for seed in UInt64(0)..<20 {
            let (nodeCount, cores) = (Int(seed % 3) + 1, 4)
            // Those ahead run first, and while one of them waits for room those behind may run beside it.
            let bound = 3 * 4 * nodeCount * cores
            let completions = completionsUntilBigRuns(seed, nodeCount: nodeCount, cores: cores)
            #expect(completions <= bound, "seed \(seed)")
        }
    }

    @Test func aSmallJobRunsBesideTheOneThatANodeIsKeptFreeFor() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        let running = plane.submit("running", cpu: "2")
        plane.submit("big", cpu: "3")
        plane.submit("small")
        #expect(plane.started == ["small@n-1"])
        plane.submit("another")
        #expect(plane.started.isEmpty)
        plane.report(running, ControlPlaneFixture.done)
        #expect(plane.started == ["big@n-1"])
    }

    @Test func whoeverANodeThatWentAwayWasKeptFreeForIsNextOnTheOneThatComesBackFirst() throws {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.submit("first")
        plane.addNode("n-2", cpuMillicores: 4000)
        let secondID = plane.submit("second")
        let second = try #require(plane.active(secondID).first)
        #expect(second.nodeID.rawValue == "n-2")
        plane.disconnect("n-2")
        plane.submit("big", cpu: "4")
        #expect(plane.node("n-1")?.reservation != nil)
        plane.disconnect("n-1")
        #expect(plane.node("n-1")?.reservation == nil)
        plane.addNode("n-2", cpuMillicores: 4000, known: [second.id])
        plane.submit("small")
        #expect(plane.started.isEmpty)
        plane.report(second, ControlPlaneFixture.done)
        #expect(plane.started == ["big@n-2"])
    }

    @Test func aNodeThatBecomesTooSmallIsNoLongerKeptFree() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.submit("first")
        plane.submit("big", cpu: "4")
        plane.addNode("n-2", cpuMillicores: 4000)
        #expect(plane.started == ["big@n-2"])
        plane.submit("next", cpu: "4")
        #expect(plane.node("n-1")?.reservation?.demand.cpu == 4000)
        plane.apply(.nodeUpdated(ControlPlaneFixture.info("n-1", cpuMillicores: 2000)))
        #expect(plane.node("n-1")?.reservation == nil)
        #expect(plane.node("n-2")?.reservation?.demand.cpu == 4000)
        plane.submit("small")
        #expect(plane.started == ["small@n-1"])
    }

    @Test func whenTheHeadOfAGroupHasStartedElsewhereOthersGetTheNodeThatWasKeptFreeForIt() {
        var plane = ControlPlaneFixture(settings: ControlPlaneFixture.withoutLeases)
        plane.addNode("n-1", cpuMillicores: 4000)
        plane.submit("running", cpu: "2")
        plane.submit("big", cpu: "4")
        plane.submit("middle", cpu: "2")
        plane.submit("big-2", cpu: "4")
        #expect(plane.started.isEmpty)
        plane.addNode("n-2", cpuMillicores: 4000)
        #expect(plane.started == ["big@n-2", "middle@n-1"])
    }
}
