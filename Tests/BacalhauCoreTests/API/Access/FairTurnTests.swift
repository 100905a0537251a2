import BacalhauModel
import Testing

@testable import BacalhauCore

@Suite(.timeLimit(.minutes(1))) struct FairTurnTests {
    @Test func onlyOneHasTheTurn() async throws {
        let turn = FairTurn(waitingMax: 100)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await turn.begin(for: "client \(number % 3)")
                    await counter.enter()
                    await Task.yield()
                    await counter.leave()
                    turn.end()
                }
            }
            try await group.waitForAll()
        }
        #expect(await counter.most == 1)
    }

    @Test func whoIsCancelledGivesItsPlaceUp() async throws {
        let turn = FairTurn(waitingMax: 1)
        try await turn.begin(for: "a")
        let waiting = Task { try await turn.begin(for: "a") }
        waiting.cancel()
        let error = await #expect(throws: BacalhauError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
        turn.end()
        try await turn.begin(for: "b")
        turn.end()
    }

    @Test func tooManyAreTurnedAway() async throws {
        let turn = FairTurn(waitingMax: 1)
        try await turn.begin(for: "a")
        let outcomes = await withTaskGroup(of: BacalhauError.Code?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do throws(BacalhauError) {
                        try await turn.begin(for: "b")
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            var outcomes = [await group.next() ?? nil]
            turn.end()
            outcomes.append(await group.next() ?? nil)
            return outcomes
        }
        #expect(outcomes == [.exhausted, nil])
    }

    private actor Counter {
        private var present = 0
        private(set) var most = 0

        func enter() {
            present += 1
            most = max(most, present)
        }
        func leave() { present -= 1 }
    }
}
