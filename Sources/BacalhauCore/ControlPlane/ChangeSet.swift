import BacalhauModel

/// What commands changed: written in one transaction, then acted upon.
struct ChangeSet: Sendable {
    /// A job's last state with its place in the order of submission.
    struct JobChange: Sendable {
        var order: Int64
        var job: Job
        /// Set when what scheduling has to remember changed.
        var scheduling: SchedulingRecord?
        /// Whether the job is over with all its executions.
        var isRetired = false
    }

    var jobs: [JobID: JobChange] = [:]
    var executions: [ExecutionID: (order: Int64, execution: Execution)] = [:]
    /// New history items in order.
    var history: [(order: Int64, index: Int, item: HistoryItem)] = []
    /// Jobs as they were before they were updated or run again.
    var versions: [(order: Int64, job: Job)] = []
    var nodes: [NodeID: NodeState] = [:]
    var removedNodes: Set<NodeID> = []
    /// Jobs that are over with all their executions and had no other change, by their place in the order of submission.
    var retired: [Int64] = []
    /// Idempotency tokens of new jobs.
    var tokens: [(token: String, order: Int64, job: JobID, evaluation: EvaluationID)] = []
    /// What nodes have to be told once all of the above is on disk.
    var messages: [(node: NodeID, message: NodeMessage)] = []

    /// How many more ended jobs there are than before: those that are over now, less those that were run again.
    var endedCountChange: Int {
        retired.count + jobs.values.count(where: \.isRetired) - versions.count { $0.job.state.type.isTerminal }
    }

    /// Whether there is something to write.
    var hasRows: Bool {
        !(jobs.isEmpty && executions.isEmpty && history.isEmpty && nodes.isEmpty && tokens.isEmpty
            && removedNodes.isEmpty && retired.isEmpty && versions.isEmpty)
    }
}
