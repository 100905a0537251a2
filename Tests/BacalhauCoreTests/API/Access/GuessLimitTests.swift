import Testing

@testable import BacalhauCore

@Suite struct GuessLimitTests {
    private static let period = GuessLimit.periodNanoseconds

    private func miss(_ limit: inout GuessLimit, _ client: String, at now: Int64 = 0) -> GuessLimit.Refusal? {
        if let refusal = limit.begin(of: client, at: now) { return refusal }
        limit.end(of: client, wasWrong: true, at: now)
        return nil
    }

    @Test func whatIsBeingComparedCountsAsAMiss() {
        var limit = GuessLimit(clientsMax: 10)
        for _ in 0..<GuessLimit.missesMax { #expect(limit.begin(of: "a", at: 0) == nil) }
        #expect(limit.begin(of: "a", at: 0) == .pending)
        #expect(limit.begin(of: "b", at: 0) == nil)
        // Those that were right, or were not compared, make room again.
        limit.end(of: "a", wasWrong: false, at: 0)
        #expect(limit.begin(of: "a", at: 0) == nil)
        for _ in 0..<GuessLimit.missesMax { limit.end(of: "a", wasWrong: true, at: 0) }
        #expect(limit.begin(of: "a", at: 0) == .misses)
        #expect(limit.begin(of: "a", at: Self.period) == nil)
    }

    @Test func whoGoesOnTryingIsShutOut() {
        var limit = GuessLimit(clientsMax: 10)
        for _ in 0..<GuessLimit.missesMax { #expect(miss(&limit, "a") == nil) }
        for _ in GuessLimit.missesMax..<GuessLimit.triesMax {
            #expect(!limit.isShutOut("a", at: 0))
            #expect(miss(&limit, "a") == .misses)
        }
        #expect(limit.isShutOut("a", at: 0))
        #expect(!limit.isShutOut("b", at: 0))
        #expect(!limit.isShutOut("a", at: Self.period))
    }

    /// A guesser with many addresses could otherwise let the node forget the misses of each.
    @Test func manyClientsDoNotWashOutWhoWasWrongOften() {
        var limit = GuessLimit(clientsMax: 16)
        for _ in 0..<GuessLimit.missesMax { #expect(miss(&limit, "a") == nil) }
        for number in 0..<1000 { #expect(miss(&limit, "n\(number)", at: 1) == nil) }
        #expect(miss(&limit, "a", at: 2) == .misses)
    }

    @Test func comparisonsThatOutliveThePeriodStillCount() {
        var limit = GuessLimit(clientsMax: 10)
        for _ in 0..<GuessLimit.missesMax { #expect(limit.begin(of: "a", at: 0) == nil) }
        #expect(limit.begin(of: "a", at: Self.period) == .pending)
    }
}
