import BacalhauModel
import BacalhauSupport

/// Ops and daemon jobs: one execution on each node that meets the job's requirement.
///
/// Each execution is made at once, so that it is known which nodes a job is for, and waits at its node for room.
extension ControlState {
    /// Makes the executions that are missing: for an ops job once, for a daemon job whenever nodes come.
    mutating func placeOnNodes(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard !live.isOver else { return }
        let places = targetPlaces(of: live)
        if places.isEmpty, live.targets.isEmpty, live.scheduling.targets.isEmpty {
            awaitTargets(live, &changes)
            return
        }
        if live.kind == .ops { nodeWatchers.remove(live.id) } else { nodeWatchers.insert(live.id) }
        live.waitingSince = nil
        for place in places { addTarget(at: place, of: live, &changes) }
        guard live.kind == .ops else { return }
        for id in live.scheduling.targets where !live.targets.contains(id) {
            loseTarget(id, of: live, because: "the node is gone, or does not fit any more")
        }
        finishOpsIfOver(live, &changes)
    }

    /// Where an execution is wanted and there is none.
    private func targetPlaces(of live: LiveJob) -> [Int] {
        let placement = Placement(live, nodes: nodes)
        let wanted = Set(live.scheduling.targets)
        return requirements[live.requirement].tiers.joined()
            .filter { place in
                // A rerun waits for the nodes that it is for; otherwise those count that are there.
                guard let node = nodes[place], wanted.isEmpty ? node.isUsable : wanted.contains(node.id) else {
                    return false
                }
                return !live.targets.contains(node.id) && live.pausing[.node(node.id)] == nil
                    && placement.couldRun(on: place)
            }
            .sorted { nodes.ids[$0] < nodes.ids[$1] }
    }

    /// Notes that an ops job will have no result of a node.
    func loseTarget(_ id: NodeID, of live: LiveJob, because reason: String) {
        live.targets.insert(id)
        live.failedTargets[id] = reason
    }

    private mutating func awaitTargets(_ live: LiveJob, _ changes: inout ChangeSet) {
        nodeWatchers.insert(live.id)
        guard waitsThoughImpossible(live) || canRunSomewhere(live) else {
            failImpossible(live, &changes)
            return
        }
        if live.waitingSince == nil {
            live.waitingSince = uptime
            armQueue(live)
        }
        note(canRunSomewhere(live) ? waitingReason(of: live) : impossibility(of: live), for: live, &changes)
    }

    mutating func addTarget(at place: Int, of live: LiveJob, _ changes: inout ChangeSet) {
        guard let id = nodes[place]?.id else { return }
        live.targets.insert(id)
        let execution = makeExecution(of: live, on: id)
        setExecution(execution, of: live, from: .new, event: .empty, &changes)
        if live.job.state.type != .running { setState(.running, of: live, event: .empty, &changes) }
        bind(execution, of: live, at: place)
    }

    /// Lets an execution wait at its node. It is looked at with the next room there, which may be now.
    mutating func bind(_ execution: Execution, of live: LiveJob, at place: Int) {
        let bound = BoundExecution(key: live.key, execution: execution.id, job: live.id, demand: live.demand)
        _ = nodes.update(place) { node in
            let index = node.bound.firstIndex { bound.key < $0.key } ?? node.bound.count
            node.bound.insert(bound, at: index)
        }
        freedNodes.append(place)
    }

    /// Starts an execution that waits at its node, or keeps the node free for it.
    ///
    /// - Returns: whether it waits no longer.
    mutating func startBound(_ bound: BoundExecution, at place: Int, _ changes: inout ChangeSet) -> Bool {
        guard let live = jobs[bound.job], var execution = live.active[bound.execution] else {
            _ = nodes.update(place) { $0.bound.removeAll { $0.execution == bound.execution } }
            return true
        }
        let room = nodes.rooms[place]
        guard room.covers(bound.demand), passes(bound, at: place) else {
            if nodes.reservation(at: place)?.holder != .bound(bound.execution), canReserve(place, for: bound.key) {
                takeReservation(at: place, .bound(bound.execution), live)
            }
            return false
        }
        assign(&execution, of: live, at: place)
        _ = nodes.update(place) { node in
            node.bound.removeAll { $0.execution == bound.execution }
            if node.reservation?.holder == .bound(bound.execution) { node.reservation = nil }
        }
        execution.revision += 1
        execution.desiredState = StateOf(.running)
        setExecution(execution, of: live, from: execution.computeState.type, event: .empty, &changes)
        send(.run(execution, live.job), about: execution, to: execution.nodeID, &changes)
        return true
    }

    private func passes(_ bound: BoundExecution, at place: Int) -> Bool {
        guard let reservation = nodes.reservation(at: place), reservation.key < bound.key,
            reservation.holder != .bound(bound.execution)
        else { return true }
        return reservation.room(behind: nodes.rooms[place], capacity: nodes.capacities[place]).covers(bound.demand)
    }

    /// Looks at the jobs whose executions depend on which nodes there are.
    mutating func updateNodeWatchers(_ changes: inout ChangeSet) {
        for id in nodeWatchers.sorted() {
            if let live = jobs[id] { placeOnNodes(live, &changes) }
        }
    }

    /// Ends an ops job when none of its executions is left to wait for.
    mutating func finishOpsIfOver(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard live.kind == .ops, !live.isOver, live.active.isEmpty, live.pausing.isEmpty, !live.targets.isEmpty else {
            return
        }
        if live.failedTargets.isEmpty, live.completedCount > 0 {
            end(live, as: .completed, .empty, because: "job has completed", &changes)
        } else if live.failedTargets.isEmpty {
            failImpossible(live, &changes)
        } else {
            fail(live, opsFailure(live), &changes)
        }
    }

    private func opsFailure(_ live: LiveJob) -> Event {
        let count = live.failedTargets.count + live.completedCount
        var message = "\(live.failedTargets.count) of \(count) executions failed"
        for (node, reason) in live.failedTargets.sorted(by: { $0.key < $1.key }).prefix(10) {
            message += "\n• Node \(node.short): \(reason)"
        }
        if live.failedTargets.count > 10 { message += "\n• and \(live.failedTargets.count - 10) more" }
        return Event(
            topic: .scheduling, message: message, timestamp: now, details: [Event.Detail.isError: "true"])
    }
}
