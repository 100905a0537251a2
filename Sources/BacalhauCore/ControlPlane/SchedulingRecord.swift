import BacalhauModel

/// What scheduling has to remember of a live job that neither the job nor its executions say.
struct SchedulingRecord: Hashable, Sendable {
    var evaluation: EvaluationID
    /// When the present run of the job began: its submission, or the last rerun.
    var startTime: Timestamp
    /// Which partitions, or nodes of an ops job, a rerun is limited to; empty for all.
    var partitions: [Int] = []
    var targets: [NodeID] = []
    /// The version from which on completed executions count: the last one that ran all of the job.
    var firstVersion: UInt64 = 0
    var failures: [ExecutionSlot: FailureCount] = [:]
    /// Nodes that said they will never run it, and why.
    var refusals: [NodeID: String] = [:]
}

/// The place in a job that one execution at a time fills.
enum ExecutionSlot: Hashable, Sendable, Comparable {
    /// One of the `count` parts of a batch or service job.
    case partition(Int)
    /// A node of an ops or daemon job.
    case node(NodeID)

    static func < (left: ExecutionSlot, right: ExecutionSlot) -> Bool {
        switch (left, right) {
        case (.partition(let left), .partition(let right)): left < right
        case (.node(let left), .node(let right)): left < right
        case (.partition, .node): true
        case (.node, .partition): false
        }
    }
}

/// How often the executions of one slot ended without a result, by whose fault.
struct FailureCount: Hashable, Sendable {
    /// Failures of a node.
    var node = 0
    /// Failures of the system: lost and restarted nodes.
    var infrastructure = 0
    /// Whether there will be no other attempt.
    var isGivenUp = false
}
