import BacalhauModel

/// A moment at which something has to be done.
struct Deadline: Sendable {
    enum Kind: Sendable {
        /// The job has taken too long.
        case total(JobID)
        /// The job has waited too long for a node.
        case queue(JobID)
        /// A slot of the job may be tried again.
        case retry(JobID, ExecutionSlot)
        /// The node must have been heard of.
        case lease(NodeID)
        /// The node's executions are given up.
        case loss(NodeID)
        /// Wishes must have been acknowledged.
        case resend(NodeID)
    }

    /// On the clock that never jumps.
    let uptime: Int64
    let kind: Kind
}

/// All deadlines, the next one first. Those of finished jobs stay until they may outnumber the live ones.
struct DeadlineQueue: Sendable {
    private var entries: [Deadline] = []
    private var compactionCount = 1024

    var first: Deadline? { entries.first }
    var count: Int { entries.count }

    mutating func insert(_ deadline: Deadline) {
        entries.append(deadline)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].uptime < entries[parent].uptime else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Deadline? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        sink(0)
        return first
    }

    /// Drops dead entries whenever the number of entries has doubled; each insertion pays its share.
    mutating func compactIfGrown(_ isLive: (Deadline.Kind) -> Bool) {
        guard entries.count > compactionCount else { return }
        entries = entries.filter { isLive($0.kind) }
        compactionCount = max(1024, 2 * entries.count)
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].uptime < entries[least].uptime { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
