/// The moments of a simulated world, in order. Time goes on only from one to the next.
struct VirtualTime<Happening> {
    private struct Entry {
        let time: Int64
        let number: Int
        let happening: Happening
    }

    /// Nanoseconds since the beginning.
    private(set) var now: Int64 = 0
    private var entries: [Entry] = []
    private var count = 0

    /// Lets something happen `delay` nanoseconds from now; of two at the same moment the one that was asked for first.
    mutating func schedule(_ happening: Happening, in delay: Int64) {
        entries.append(Entry(time: now + max(0, delay), number: count, happening: happening))
        count += 1
        var child = entries.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Goes to the next moment, unless it lies behind `end`.
    mutating func next(until end: Int64) -> Happening? {
        guard let first = entries.first, first.time <= end else {
            now = max(now, end)
            return nil
        }
        now = max(now, first.time)
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first.happening }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return first.happening }
            entries.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (entries[left].time, entries[left].number) < (entries[right].time, entries[right].number)
    }
}

extension Int64 {
    static func milliseconds(_ count: Int) -> Int64 { Int64(count) * 1_000_000 }
    static func seconds(_ count: Int) -> Int64 { Int64(count) * 1_000_000_000 }
}
