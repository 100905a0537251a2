import BacalhauModel
import BacalhauSupport

/// One job as it is stored.
struct StoredJob: Sendable {
    var order: Int64
    var job: Job
    var executions: [Execution]
    var historyCount: Int
    /// `nil` in stores of before it existed.
    var scheduling: SchedulingRecord?
}

/// Rebuilding the state from what was stored.
extension ControlState {
    /// Takes up all unfinished work: nodes count as absent until they connect, the queue and the deadlines are rebuilt.
    mutating func restore(_ stored: [StoredJob], nodes known: [NodeState], nextOrder: Int64, at moment: Moment) {
        now = max(moment.wall, stored.map(\.job.modifyTime).max() ?? .zero)
        uptime = moment.uptime
        self.nextOrder = nextOrder
        for var state in known {
            state.connection = .disconnected
            var record = NodeRecord(state: state)
            record.lastHeard = uptime
            let place = nodes.insert(record)
            requirements.update(state.info, at: place)
            armLoss(place, after: settings.leaseDuration + settings.lossGrace)
        }
        jobs.reserveCapacity(stored.count)
        for entry in stored { restore(entry) }
    }

    private mutating func restore(_ stored: StoredJob) {
        let scheduling =
            stored.scheduling
            ?? SchedulingRecord(
                evaluation: stored.executions.first?.evaluationID ?? EvaluationID(rawValue: ""),
                startTime: stored.job.createTime)
        guard
            !stored.job.state.type.isTerminal || stored.executions.contains(where: { !$0.computeState.type.isTerminal })
        else { return }
        let live = admit(stored.job, order: stored.order, scheduling)
        live.historyCount = stored.historyCount
        live.completedCount = live.completedBefore
        var filled: Set<ExecutionSlot> = []
        for execution in stored.executions {
            restore(execution, of: live, &filled)
        }
        guard !live.isOver else { return }
        armTotal(live)
        if live.isPerNode {
            nodeWatchers.insert(live.id)
        } else {
            live.ready = live.partitions.filter { !filled.contains(.partition($0)) }.reversed()
            rejoinQueue(live)
        }
    }

    private mutating func restore(_ execution: Execution, of live: LiveJob, _ filled: inout Set<ExecutionSlot>) {
        let isCurrent = execution.jobVersion == live.job.version
        guard isCurrent || !execution.computeState.type.isTerminal else { return }
        live.hasStarted = true
        switch execution.computeState.type {
        case .completed:
            live.completedCount += 1
            filled.insert(live.slot(of: execution))
            live.targets.insert(execution.nodeID)
            live.completedTargets.insert(execution.nodeID)
        case let type where !type.isTerminal:
            live.active[execution.id] = execution
            jobOfExecution[execution.id] = live
            if execution.desiredState.type != .stopped { filled.insert(live.slot(of: execution)) }
            live.targets.insert(execution.nodeID)
            guard let place = nodes.place(of: execution.nodeID) else { break }
            if execution.desiredState.type == .pending {
                bind(execution, of: live, at: place)
            } else {
                let gpus = execution.allocatedResources.values.flatMap(\.gpus)
                _ = nodes.update(place) { $0.reassign(execution.id, live.demand, gpus: gpus) }
            }
        default:
            if live.kind == .ops {
                live.targets.insert(execution.nodeID)
                live.endedTargets[execution.nodeID] = execution.computeState.message
            }
        }
    }

    /// Nodes whose connection outlived the state that was given up.
    mutating func resume(_ connected: [NodeID]) {
        for id in connected {
            guard let place = nodes.place(of: id) else { continue }
            _ = nodes.update(place) { node in
                node.state.connection = .connected
                node.lossDue = nil
            }
            armLease(place)
            freedNodes.append(place)
        }
    }

    /// What can be decided only when all jobs and nodes are in place: work without an owner, and jobs that are done.
    mutating func settle(entropy: UInt64, changes: inout ChangeSet) {
        random = SplitMix64(seed: entropy)
        defer { fillFreedNodes(&changes) }
        for live in jobs.values.sorted(by: { $0.order < $1.order }) {
            for execution in live.active.values.sorted(by: { $0.id < $1.id })
            where nodes.place(of: execution.nodeID) == nil {
                let state: ExecutionStateType = execution.desiredState.type == .stopped ? .cancelled : .failed
                giveUp(
                    execution, of: live, as: state, because: "node \(execution.nodeID.short) is not known any more",
                    &changes)
            }
            guard !live.isOver else {
                retireIfOver(live, &changes)
                continue
            }
            settleTargets(live, &changes)
            completeIfDone(live, &changes)
        }
    }

    /// Gives the nodes of an ops job, whose last execution failed, what was still open when the process ended.
    private mutating func settleTargets(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard live.kind == .ops else { return }
        let busy = Set(live.active.values.map(\.nodeID))
        for (node, reason) in live.endedTargets.sorted(by: { $0.key < $1.key }) where !busy.contains(node) {
            guard !live.completedTargets.contains(node), live.scheduling.refusals[node] == nil else { continue }
            if mayTryAgain(.node(node), of: live) {
                makeReady(.node(node), of: live, &changes)
            } else {
                live.failedTargets[node] = reason
            }
        }
        live.endedTargets = [:]
        finishOpsIfOver(live, &changes)
    }

    private func mayTryAgain(_ slot: ExecutionSlot, of live: LiveJob) -> Bool {
        guard let failures = live.scheduling.failures[slot] else { return false }
        let policy = live.job.retryPolicy ?? settings.retryPolicy
        return failures.node <= policy.retryCountMax && failures.infrastructure <= settings.infrastructureRetryCountMax
    }
}
