import BacalhauModel

/// A job that is not finished, or whose executions are not, with what its scheduling needs to know.
struct LiveJob: Sendable {
    var job: Job
    /// Place in the order of submission; also the key of its rows.
    let order: Int64
    /// What one execution takes of a node.
    let demand: Resources
    /// Executions that have not ended.
    var active: [ExecutionID: Execution] = [:]
    var completedCount = 0
    var historyCount = 0
    /// Executions that failed and may be tried again.
    var failureCount = 0
    /// Nodes that said they will never run it.
    var refusals: [NodeID: String] = [:]
    /// Not placed before this, after a failure.
    var notBefore: Timestamp?
    let evaluation: EvaluationID
    var isQueued = false

    init(job: Job, order: Int64, defaults: Resources, evaluation: EvaluationID) {
        self.job = job
        self.order = order
        self.evaluation = evaluation
        demand = (try? job.task.resources.resolved(fallback: defaults)) ?? defaults
    }

    /// How many more executions the job needs to be started.
    var missingCount: Int {
        guard !job.state.type.isTerminal else { return 0 }
        return max(0, job.count - completedCount - active.values.count { $0.desiredState.type != .stopped })
    }
}

/// Where a waiting job stands: higher priority first, then the older one.
struct QueueKey: Comparable, Sendable {
    let priority: Int
    let order: Int64
    let id: JobID

    static func < (left: QueueKey, right: QueueKey) -> Bool {
        left.priority != right.priority ? left.priority > right.priority : left.order < right.order
    }
}

/// The waiting jobs in order. Taking from the front is cheap, wherever the queue grew to.
struct JobQueue: Sendable {
    private var keys: [QueueKey] = []
    private var head = 0

    var count: Int { keys.count - head }
    subscript(index: Int) -> QueueKey { keys[head + index] }

    mutating func insert(_ key: QueueKey) {
        let place = position(of: key)
        keys.insert(key, at: place)
    }

    mutating func remove(_ key: QueueKey) {
        let place = position(of: key)
        guard place < keys.count, keys[place].id == key.id else { return }
        if place == head {
            head += 1
            if head > 1024, head * 2 > keys.count {
                keys.removeFirst(head)
                head = 0
            }
        } else {
            keys.remove(at: place)
        }
    }

    /// The place of a key, or where it belongs. New jobs belong at the end, which is looked at first.
    private func position(of key: QueueKey) -> Int {
        if let last = keys.last, head < keys.count, last < key { return keys.count }
        var low = head
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
