import BacalhauModel

/// Everything that can change the control plane's state.
enum Command: Sendable {
    /// Take a normalised, validated job that has its identifier.
    case submit(Job, evaluation: EvaluationID, token: String)
    case stop(JobID, reason: String, evaluation: EvaluationID)
    /// A node came (back) and holds these executions.
    case nodeConnected(NodeInfo, known: [ExecutionID])
    case nodeUpdated(NodeInfo)
    case nodeDisconnected(NodeID)
    case setMembership(NodeID, NodeState.Membership)
    case removeNode(NodeID)
    case report(ExecutionReport)
    /// Changes nothing; asks what is known of the nodes.
    case describeNodes
    /// Time went by: whatever is due is handled. Every other command does this too.
    case tick
}

/// What the caller of a command learns once it is on disk.
enum CommandOutcome: Sendable {
    case submitted(JobID, EvaluationID)
    /// `nil` when the job was stopped already.
    case stopped(EvaluationID?)
    case done
    case nodes([NodeState])
    case refused(BacalhauError)
}

/// What a command changed: written in one transaction, then acted upon.
struct ChangeSet: Sendable {
    /// Last state of each changed job, with its place in the order of submission.
    var jobs: [JobID: (order: Int64, job: Job)] = [:]
    var executions: [ExecutionID: (order: Int64, execution: Execution)] = [:]
    /// New history items in order.
    var history: [(order: Int64, index: Int, item: HistoryItem)] = []
    var nodes: [NodeID: NodeState] = [:]
    var removedNodes: Set<NodeID> = []
    /// Jobs that are over with all their executions, by their place in the order of submission.
    var retired: [Int64] = []
    /// Idempotency tokens of new jobs.
    var tokens: [(token: String, job: JobID, evaluation: EvaluationID)] = []
    /// What nodes have to be told once all of the above is on disk.
    var messages: [(node: NodeID, message: NodeMessage)] = []

    var isEmpty: Bool {
        jobs.isEmpty && executions.isEmpty && history.isEmpty && nodes.isEmpty && tokens.isEmpty && messages.isEmpty
            && removedNodes.isEmpty && retired.isEmpty
    }
}
