import BacalhauModel

/// A job that is not finished, or whose executions are not, with what its scheduling needs to know.
///
/// A class so that a change copies nothing; each belongs to one ``ControlState`` alone.
final class LiveJob {
    var job: Job
    /// Place in the order of submission; also the key of its rows.
    let order: Int64
    let kind: JobType
    /// What one execution takes of a node.
    var demand: Room
    /// Index of what its nodes must offer.
    var requirement: Int
    /// Executions that have not ended.
    var active: [ExecutionID: Execution] = [:]
    /// Partitions that wait to be placed, the next one last. Unused by ops and daemon jobs.
    var ready: [Int] = []
    /// Slots that wait for a pause to end, and when it does, on the clock of deadlines.
    var pausing: [ExecutionSlot: Int64] = [:]
    var completedCount = 0
    var historyCount = 0
    /// What has to survive a restart beyond the job and its executions.
    var scheduling: SchedulingRecord
    /// Whether `scheduling` has changes that are not in the change set yet.
    var isSchedulingChanged = false
    /// Nodes of an ops or daemon job that have, or had, an execution of this run.
    var targets: Set<NodeID> = []
    /// Nodes of an ops job whose execution failed for good, and why.
    var failedTargets: [NodeID: String] = [:]
    /// The last executions that were given up: what their nodes say of them does not count, and is remarked on.
    private var fenced: [ExecutionID] = []
    /// Nodes of an ops job whose last execution had ended when the process did, and how; and those that completed.
    var endedTargets: [NodeID: String] = [:]
    var completedTargets: Set<NodeID> = []
    /// The group it waits in; `nil` when it does not wait.
    var group: Int?
    /// Since when it waits, on the clock of deadlines.
    var waitingSince: Int64?
    /// When it has taken too long, on the clock of deadlines.
    var totalDue: Int64?
    /// Whether it ever had an execution.
    var hasStarted = false

    init(job: Job, order: Int64, demand: Room, requirement: Int, scheduling: SchedulingRecord) {
        self.job = job
        self.order = order
        kind = job.kind ?? .batch
        self.demand = demand
        self.requirement = requirement
        self.scheduling = scheduling
    }

    var id: JobID { job.id }
    var key: QueueKey { QueueKey(priority: job.priority, order: order) }
    var isOver: Bool { job.state.type.isTerminal }
    /// Whether an execution belongs to the job as it is now, and not to what it was before an update.
    func isCurrent(_ execution: Execution) -> Bool { execution.jobVersion == job.version }
    /// Whether it runs once on each node instead of `count` times somewhere.
    var isPerNode: Bool { kind == .ops || kind == .daemon }

    func slot(of execution: Execution) -> ExecutionSlot {
        isPerNode ? .node(execution.nodeID) : .partition(execution.partitionIndex)
    }

    /// How many partitions earlier runs completed, which this one leaves out.
    var completedBefore: Int { scheduling.partitions.isEmpty ? 0 : max(0, job.count - scheduling.partitions.count) }

    /// All partitions of the present run.
    var partitions: [Int] { scheduling.partitions.isEmpty ? Array(0..<job.count) : scheduling.partitions }

    func fence(_ id: ExecutionID) {
        if fenced.count >= 64 { fenced.removeFirst() }
        fenced.append(id)
    }

    /// - Returns: whether the execution was among those that were given up.
    func unfence(_ id: ExecutionID) -> Bool {
        guard let index = fenced.firstIndex(of: id) else { return false }
        fenced.remove(at: index)
        return true
    }

    /// How many executions of it each node holds.
    var executionsPerNode: [NodeID: Int] {
        active.isEmpty ? [:] : Dictionary(grouping: active.values, by: \.nodeID).mapValues(\.count)
    }
}
