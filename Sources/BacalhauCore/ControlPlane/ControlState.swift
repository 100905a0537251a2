import BacalhauModel
import BacalhauSupport

/// All that the control plane remembers of unfinished work: jobs, executions, nodes, the queue and the deadlines.
///
/// A value without clock, chance or input and output of its own: the same commands at the same times give the same
/// changes. Finished jobs leave it and live in the store only.
struct ControlState: Sendable {
    /// What an operator can set.
    struct Settings: Sendable {
        /// What an execution takes that asks for nothing.
        var defaultResources = Resources(cpuMillicores: 100, memoryBytes: 100 << 20)
        /// How often an execution that failed through no fault of the job is tried again.
        var retryCountMax = 2
        /// The pause before the first new attempt; doubled each time.
        var retryPause: Duration = .seconds(1)
        /// Submissions beyond this many unfinished jobs are refused until some have ended.
        var liveJobCountMax = 200_000
        var newNodesAreApproved = true
    }

    let settings: Settings
    var jobs: [JobID: LiveJob] = [:]
    var jobOfExecution: [ExecutionID: JobID] = [:]
    var nodes: [NodeID: NodeRecord] = [:]
    var queue = JobQueue()
    var nextOrder: Int64 = 1
    var now: Timestamp = .zero
    private var deadlines = DeadlineQueue()
    private var identifiers = IdentifierSource(SplitMix64(seed: 0))

    init(settings: Settings = Settings()) { self.settings = settings }

    /// The next moment at which something has to be done without a command; `nil` when there is none.
    var nextDeadline: Timestamp? { deadlines.first?.time }

    /// Carries a command out at `time`. `entropy` is what new identifiers are made from; never pass a number twice.
    mutating func apply(_ command: Command, at time: Timestamp, entropy: UInt64, changes: inout ChangeSet)
        -> CommandOutcome
    {
        // A clock that was set back must not make events go backwards.
        now = max(now, time)
        identifiers = IdentifierSource(SplitMix64(seed: entropy))
        handleDueDeadlines(&changes)
        let outcome: CommandOutcome
        switch command {
        case .submit(let job, let evaluation, let token):
            outcome = submit(job, evaluation: evaluation, token: token, &changes)
        case .stop(let id, let reason, let evaluation):
            outcome = stop(id, reason: reason, evaluation: evaluation, &changes)
        case .report(let report): outcome = handle(report, &changes)
        case .nodeConnected(let info, let known): outcome = connect(info, known: known, &changes)
        case .nodeUpdated(let info): outcome = update(info, &changes)
        case .nodeDisconnected(let id): outcome = disconnect(id, &changes)
        case .setMembership(let id, let membership): outcome = setMembership(membership, of: id, &changes)
        case .removeNode(let id): outcome = removeNode(id, &changes)
        case .describeNodes: return .nodes(nodes.values.map(\.described))
        case .tick: outcome = .done
        }
        schedule(&changes)
        return outcome
    }

    mutating func newExecutionID() -> ExecutionID { identifiers.execution() }

    // MARK: Deadlines

    mutating func arm(_ kind: Deadline.Kind, for job: JobID, at time: Timestamp) {
        deadlines.insert(Deadline(time: time, kind: kind, job: job))
        deadlines.compact(liveCount: jobs.count) { jobs[$0.job] != nil }
    }

    private mutating func handleDueDeadlines(_ changes: inout ChangeSet) {
        while let first = deadlines.first, first.time <= now {
            _ = deadlines.removeFirst()
            guard let live = jobs[first.job], !live.job.state.type.isTerminal else { continue }
            switch first.kind {
            case .retry: enqueue(first.job)
            case .total: expireTotal(first.job, &changes)
            case .queue where live.isQueued && live.active.isEmpty: expireQueue(first.job, &changes)
            case .queue: break
            }
        }
    }

    // MARK: Rows

    /// Writes a job's new state with its history item.
    mutating func setState(
        _ type: JobStateType, of id: JobID, event: Event, _ changes: inout ChangeSet, message: String? = nil
    ) {
        guard var live = jobs[id] else { return }
        let previous = live.job.state.type
        live.job.state = StateOf(type, message: message ?? event.message)
        live.job.revision += 1
        live.job.modifyTime = now
        jobs[id] = live
        changes.jobs[id] = (live.order, live.job)
        record(
            HistoryItem(
                level: .job, jobID: id, jobState: StateChange(previous, type), newRevision: live.job.revision,
                event: event, time: now), &changes)
    }

    /// Writes an execution's new state with its history item, and forgets the execution once it has ended.
    mutating func setExecution(
        _ changed: Execution, from previous: ExecutionStateType, event: Event, _ changes: inout ChangeSet
    ) {
        guard var live = jobs[changed.jobID] else { return }
        var execution = changed
        execution.modifyTime = now
        live.active[execution.id] = execution.computeState.type.isTerminal ? nil : execution
        jobs[changed.jobID] = live
        if execution.computeState.type.isTerminal {
            jobOfExecution[execution.id] = nil
            nodes[execution.nodeID]?.reserved -= live.demand
            nodes[execution.nodeID]?.executionCount -= 1
        }
        changes.executions[execution.id] = (live.order, execution)
        record(
            HistoryItem(
                level: .execution, jobID: changed.jobID, nodeID: execution.nodeID, executionID: execution.id,
                executionState: StateChange(previous, execution.computeState.type), newRevision: execution.revision,
                event: event, time: now), &changes)
    }

    mutating func record(_ item: HistoryItem, _ changes: inout ChangeSet) {
        guard let live = jobs[item.jobID] else { return }
        jobs[item.jobID]?.historyCount += 1
        changes.history.append((live.order, live.historyCount, item))
    }

    /// Lets go of a job that has ended together with all its executions.
    mutating func retireIfOver(_ id: JobID, _ changes: inout ChangeSet) {
        guard let live = jobs[id], live.job.state.type.isTerminal, live.active.isEmpty else { return }
        dequeue(id)
        jobs[id] = nil
        changes.retired.append(live.order)
    }

    // MARK: Queue

    mutating func enqueue(_ id: JobID) {
        guard let live = jobs[id], !live.isQueued, live.missingCount > 0 else { return }
        jobs[id]?.isQueued = true
        queue.insert(QueueKey(priority: live.job.priority, order: live.order, id: id))
    }

    mutating func dequeue(_ id: JobID) {
        guard let live = jobs[id], live.isQueued else { return }
        jobs[id]?.isQueued = false
        queue.remove(QueueKey(priority: live.job.priority, order: live.order, id: id))
    }
}
