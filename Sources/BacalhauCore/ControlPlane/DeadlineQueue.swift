import BacalhauModel
import BacalhauSupport

/// A moment at which something has to be done about a job.
struct Deadline: Sendable {
    enum Kind: Sendable { case total, queue, retry }
    let time: Timestamp
    let kind: Kind
    let job: JobID
}

/// All deadlines, the next one first. Those of finished jobs stay until they outnumber the live ones.
struct DeadlineQueue: Sendable {
    private var entries: [Deadline] = []

    var first: Deadline? { entries.first }

    mutating func insert(_ deadline: Deadline) {
        entries.append(deadline)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].time < entries[parent].time else { break }
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

    /// Drops dead entries once there are far more of them than of live jobs; each insertion pays its share.
    mutating func compact(liveCount: Int, _ isLive: (Deadline) -> Bool) {
        guard entries.count > 4 * liveCount + 1024 else { return }
        entries = entries.filter(isLive)
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].time < entries[least].time { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
