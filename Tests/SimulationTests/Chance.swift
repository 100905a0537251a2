import BacalhauSupport

/// All chance of a simulated world, from one seed.
struct Chance {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// Whether something happens that happens so many times in a thousand.
    mutating func happens(_ perMille: Int) -> Bool { number(below: 1000) < perMille }

    mutating func number(below bound: Int) -> Int { Int(generator.next() % UInt64(max(1, bound))) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + number(below: range.count) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(below: elements.count)] }

    mutating func entropy() -> UInt64 { generator.next() }
}
