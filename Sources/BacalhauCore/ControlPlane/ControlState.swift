import BacalhauModel
import BacalhauSupport

/// All that the control plane remembers of unfinished work: jobs, executions, nodes, the queue and the deadlines.
///
/// Without clock, chance or input and output of its own: the same commands at the same moments give the same changes.
/// Finished jobs leave it and live in the store only.
struct ControlState: ~Copyable {
    let settings: ControlSettings
    var jobs: [JobID: LiveJob] = [:]
    var jobOfExecution: [ExecutionID: LiveJob] = [:]
    var nodes = NodeTable()
    var requirements = RequirementTable()
    var waiting = WaitingQueue()
    /// Ops jobs that found no node yet, and daemon jobs: they are looked at whenever nodes change.
    var nodeWatchers: Set<JobID> = []
    /// Nodes where something may fit that did not before.
    var freedNodes: [Int] = []
    var nextOrder: Int64 = 1
    var now: Timestamp = .zero
    /// The clock of deadlines.
    var uptime: Int64 = 0
    var random = SplitMix64(seed: 0)
    private var deadlines = DeadlineQueue()

    init(settings: ControlSettings = ControlSettings()) { self.settings = settings }

    /// The next moment at which something has to be done without a command; `nil` when there is none.
    var nextDeadline: Int64? { deadlines.first?.uptime }

    /// Carries a command out. `entropy` is what new identifiers are made from; never pass a number twice.
    mutating func apply(_ command: Command, at moment: Moment, entropy: UInt64, changes: inout ChangeSet)
        -> CommandOutcome
    {
        // A clock that was set back must not make events go backwards.
        now = max(now, moment.wall)
        uptime = max(uptime, moment.uptime)
        random = SplitMix64(seed: entropy)
        handleDueDeadlines(&changes)
        fillFreedNodes(&changes)
        let outcome = carryOut(command, &changes)
        fillFreedNodes(&changes)
        return outcome
    }

    private mutating func carryOut(_ command: Command, _ changes: inout ChangeSet) -> CommandOutcome {
        switch command {
        case .submit(let job, let evaluation, let token):
            submit(job, evaluation: evaluation, token: token, &changes)
        case .stop(let id, let reason, let evaluation): stop(id, reason: reason, evaluation: evaluation, &changes)
        case .rerun(let id, let stored, let scope, let reason, let evaluation):
            rerun(id, stored, scope: scope, reason: reason, evaluation: evaluation, &changes)
        case .update(let id, let job, let stored, let mayBeSame, let evaluation, let token):
            update(id, to: job, stored, mayBeSame: mayBeSame, evaluation: evaluation, token: token, &changes)
        case .report(let report): handle(report, &changes)
        case .nodeConnected(let info, let known, let session):
            connect(info, known: known, session: session, &changes)
        case .nodeUpdated(let info): update(info, &changes)
        case .nodeBeat(let id, let known): beat(id, known: known, &changes)
        case .nodeDisconnected(let id): disconnect(id, &changes)
        case .setMembership(let id, let membership): setMembership(membership, of: id, &changes)
        case .removeNode(let id): removeNode(id, &changes)
        case .describeNodes: .nodes(nodes.all.map(\.described))
        case .explain(let id): .explanation(explain(id))
        case .tick: .done
        }
    }

    mutating func newExecutionID() -> ExecutionID {
        var source = IdentifierSource(random)
        defer { _ = random.next() }
        return source.execution()
    }

    // MARK: Deadlines

    mutating func arm(_ kind: Deadline.Kind, after duration: Duration) {
        arm(kind, at: uptime &+ max(0, duration.wholeNanoseconds))
    }

    mutating func arm(_ kind: Deadline.Kind, at uptime: Int64) {
        deadlines.insert(Deadline(uptime: uptime, kind: kind))
        deadlines.compactIfGrown { kind in
            switch kind {
            case .total(let id), .queue(let id), .retry(let id, _): jobs[id] != nil
            case .lease(let id), .loss(let id), .resend(let id): nodes.place(of: id) != nil
            }
        }
    }

    private mutating func handleDueDeadlines(_ changes: inout ChangeSet) {
        while let first = deadlines.first, first.uptime <= uptime {
            _ = deadlines.removeFirst()
            switch first.kind {
            case .total(let id): expireTotal(id, &changes)
            case .queue(let id): expireQueue(id, &changes)
            case .retry(let id, let slot): endPause(id, slot, &changes)
            case .lease(let id): expireLease(id, due: first.uptime, &changes)
            case .loss(let id): lose(id, &changes)
            case .resend(let id): resend(id, &changes)
            }
        }
    }

    // MARK: Rows

    /// Writes a job's row with what changed in it.
    func store(_ live: LiveJob, _ changes: inout ChangeSet) {
        let scheduling = live.isSchedulingChanged ? live.scheduling : changes.jobs[live.id]?.scheduling
        live.isSchedulingChanged = false
        changes.jobs[live.id] = ChangeSet.JobChange(order: live.order, job: live.job, scheduling: scheduling)
    }

    /// Writes a job's new state with its history item.
    func setState(
        _ type: JobStateType, of live: LiveJob, event: Event, _ changes: inout ChangeSet, message: String? = nil
    ) {
        let previous = live.job.state.type
        live.job.state = StateOf(type, message: message ?? event.message)
        live.job.revision += 1
        live.job.modifyTime = now
        store(live, &changes)
        record(
            HistoryItem(
                level: .job, jobID: live.id, jobState: StateChange(previous, type), newRevision: live.job.revision,
                event: event, time: now), of: live, &changes)
    }

    /// Puts something into a job's history that changes nothing.
    func remark(_ event: Event, on live: LiveJob, _ changes: inout ChangeSet) {
        setState(live.job.state.type, of: live, event: event, &changes, message: live.job.state.message)
    }

    /// Writes an execution's new state with its history item, and forgets the execution once it has ended.
    mutating func setExecution(
        _ changed: Execution, of live: LiveJob, from previous: ExecutionStateType, event: Event,
        _ changes: inout ChangeSet
    ) {
        var execution = changed
        execution.modifyTime = now
        if execution.computeState.type.isTerminal {
            live.active[execution.id] = nil
            jobOfExecution[execution.id] = nil
            release(execution)
        } else {
            live.active[execution.id] = execution
        }
        changes.executions[execution.id] = (live.order, execution)
        record(
            HistoryItem(
                level: .execution, jobID: live.id, nodeID: execution.nodeID, executionID: execution.id,
                executionState: StateChange(previous, execution.computeState.type), newRevision: execution.revision,
                event: event, time: now), of: live, &changes)
        if execution.computeState.type.isTerminal { waitAlone(live, &changes) }
    }

    func record(_ item: HistoryItem, of live: LiveJob, _ changes: inout ChangeSet) {
        changes.history.append((live.order, live.historyCount, item))
        live.historyCount += 1
    }

    /// Gives back what an execution held of its node.
    private mutating func release(_ execution: Execution) {
        guard let place = nodes.place(of: execution.nodeID) else { return }
        let gpus = execution.allocatedResources.values.flatMap(\.gpus)
        _ = nodes.update(place) { node in
            node.release(execution.id, gpus: gpus)
            node.bound.removeAll { $0.execution == execution.id }
            if node.reservation?.holder == .bound(execution.id) { node.reservation = nil }
        }
        freedNodes.append(place)
    }

    /// Lets go of a job that has ended together with all its executions.
    mutating func retireIfOver(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard live.isOver, live.active.isEmpty, jobs[live.id] != nil else { return }
        leaveQueue(live)
        nodeWatchers.remove(live.id)
        requirements.release(live.requirement)
        jobs[live.id] = nil
        if changes.jobs[live.id] != nil {
            changes.jobs[live.id]?.isRetired = true
        } else {
            changes.retired.append(live.order)
        }
    }
}
