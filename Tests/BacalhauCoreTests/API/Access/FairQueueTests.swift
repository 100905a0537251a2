import Testing

@testable import BacalhauCore

@Suite struct FairQueueTests {
    private func filled(_ owners: [String], countMax: Int = 64) -> FairQueue<String, Int> {
        var queue = FairQueue<String, Int>(countMax: countMax)
        for (key, owner) in owners.enumerated() { _ = queue.add(key, key: key, of: owner) }
        return queue
    }

    private func drained(_ queue: FairQueue<String, Int>) -> [Int] {
        var queue = queue
        var taken: [Int] = []
        while let next = queue.next() { taken.append(next) }
        #expect(queue.count == 0)
        return taken
    }

    @Test func ownersTakeTurns() {
        #expect(drained(filled(["a", "a", "a", "b", "c", "b"])) == [0, 3, 4, 1, 5, 2])
        #expect(drained(filled([])) == [])
    }

    @Test func inAFullQueueWhoHasMostLosesTheLatest() {
        var queue = filled(["a", "b", "a", "a"], countMax: 4)
        #expect(queue.add(4, key: 4, of: "b") == 3)
        #expect(queue.count == 4)
        // Both have two now; either may lose one to somebody without any.
        #expect([2, 4].contains(queue.add(5, key: 5, of: "c")))
        #expect(queue.count == 4)
    }

    @Test func nobodyIsPushedOutByWhoHasAsMuch() {
        var queue = filled(["a", "b", "c"], countMax: 3)
        #expect(queue.add(3, key: 3, of: "d") == 3)
        #expect(queue.add(4, key: 4, of: "a") == 4)
        #expect(drained(queue) == [0, 1, 2])
    }

    @Test func whatIsTakenOutBeforeItsTurnLeavesNothingBehind() {
        var queue = filled(["a", "b", "a"])
        #expect(queue.remove(key: 1, of: "b") == 1)
        #expect(queue.remove(key: 1, of: "b") == nil)
        #expect(queue.remove(key: 0, of: "nobody") == nil)
        #expect(drained(queue) == [0, 2])
    }
}
