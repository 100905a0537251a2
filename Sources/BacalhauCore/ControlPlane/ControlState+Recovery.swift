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
            record.contact.disconnectedSince = now
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
            // The nodes of an ops job are those that were there when it was placed.
            if live.kind == .daemon || live.targets.isEmpty { nodeWatchers.insert(live.id) }
            if live.targets.isEmpty { resumeWaiting(live) }
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
            if isCurrent { live.targets.insert(execution.nodeID) }
            guard let place = nodes.place(of: execution.nodeID) else { break }
            if execution.desiredState.type == .pending {
                bind(execution, of: live, at: place)
            } else {
                let gpus = execution.allocatedResources.values.flatMap(\.gpus)
                // An execution of before an update takes what it was given then.
                let demand = execution.allocatedResources.values.first.map { Room($0) } ?? live.demand
                _ = nodes.update(place) { $0.reassign(execution.id, demand, gpus: gpus) }
            }
        default:
            if live.kind == .ops {
                live.targets.insert(execution.nodeID)
                live.endedTargets[execution.nodeID] = execution.computeState.message
            }
        }
    }

    /// Nodes as they were in the state that was given up, whose connections outlive it.
    mutating func resume(_ former: [NodeRecord]) {
        for record in former {
            guard let place = nodes.place(of: record.id) else { continue }
            _ = nodes.update(place) { $0.contact = record.contact }
            guard record.state.connection == .connected else { continue }
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
                giveUp(
                    execution, of: live, because: "node \(execution.nodeID.short) is not known any more", &changes)
            }
            guard !live.isOver else {
                retireIfOver(live, &changes)
                continue
            }
            settleTargets(live, &changes)
            completeIfDone(live, &changes)
        }
        // What only nodes whose connection outlived the former state can have.
        repeatWishes(&changes)
        updateNodeWatchers(&changes)
    }

    /// Sends again what may not have been heard. Nothing is known any more of what was sent when.
    private mutating func repeatWishes(_ changes: inout ChangeSet) {
        for id in jobOfExecution.keys.sorted() {
            guard let live = jobOfExecution[id], let execution = live.active[id] else { continue }
            sendWish(about: execution, of: live, &changes)
        }
    }

    /// Gives the nodes of an ops job, whose last execution failed, what was still open when the process ended.
    private mutating func settleTargets(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard live.kind == .ops else { return }
        let busy = Set(live.active.values.map(\.nodeID))
        var open: [ExecutionSlot] = []
        for (node, reason) in live.endedTargets.sorted(by: { $0.key < $1.key }) where !busy.contains(node) {
            guard !live.completedTargets.contains(node), live.scheduling.refusals[node] == nil else { continue }
            // Stores of before failures were counted do not tell.
            if live.scheduling.failures[.node(node)]?.isGivenUp == false {
                open.append(.node(node))
            } else {
                live.failedTargets[node] = reason
            }
        }
        // The job must not end over the first of them while others are to come.
        for slot in open { live.pausing[slot] = uptime }
        for slot in open where live.pausing.removeValue(forKey: slot) != nil { makeReady(slot, of: live, &changes) }
        live.endedTargets = [:]
        finishOpsIfOver(live, &changes)
    }
}
