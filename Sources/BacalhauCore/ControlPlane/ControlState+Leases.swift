import BacalhauModel
import BacalhauSupport

/// Which nodes are still there, what becomes of the work of those that are not, and messages that got lost.
///
/// A node keeps its lease by being heard of. When the lease ends the node gets no more work; when it stays away for the
/// grace period too, its executions are given up and replaced. From then on what it says of them does not count, and it
/// is told to end them when it comes back.
extension ControlState {
    mutating func heard(of id: NodeID) {
        let (now, uptime) = (now, uptime)
        _ = nodes.update(id) { node in
            node.lastHeard = uptime
            node.contact.lastHeard = now
        }
    }

    /// A node says that it is there and what it holds; what it should not hold it is told to end.
    ///
    /// - Returns: a refusal when the node has to connect anew.
    mutating func beat(_ id: NodeID, known: [ExecutionID], _ changes: inout ChangeSet) -> CommandOutcome {
        guard let node = nodes[id], !node.isLost else { return .refused(ControlState.unknownNode(id)) }
        guard node.state.connection == .connected else {
            return .refused(BacalhauError(.conflict, "node \(id) has to connect again", component: "NodeManager"))
        }
        heard(of: id)
        endStrays(of: node, known: known, &changes)
        return .done
    }

    /// Tells a node to end what it holds and should not. The wish may get lost: each beat repeats it.
    func endStrays(of node: NodeRecord, known: [ExecutionID], _ changes: inout ChangeSet) {
        for id in known.sorted() where node.executions[id] == nil { endStray(id, on: node.id, &changes) }
    }

    func endStray(_ id: ExecutionID, on node: NodeID, _ changes: inout ChangeSet) {
        changes.messages.append((node, .stop(id, reason: "the orchestrator does not want the execution any more")))
    }

    mutating func armLease(_ place: Int) {
        guard let node = nodes[place], node.leaseDue == nil else { return }
        armLease(place, at: node.lastHeard &+ settings.leaseDuration.wholeNanoseconds)
    }

    private mutating func armLease(_ place: Int, at due: Int64) {
        guard let id = nodes[place]?.id else { return }
        _ = nodes.update(place) { $0.leaseDue = due }
        arm(.lease(id), at: due)
    }

    mutating func expireLease(_ id: NodeID, due: Int64, _ changes: inout ChangeSet) {
        guard let place = nodes.place(of: id), let node = nodes[place], node.leaseDue == due else { return }
        _ = nodes.update(place) { $0.leaseDue = nil }
        guard node.state.connection == .connected else { return }
        guard uptime - node.lastHeard >= settings.leaseDuration.wholeNanoseconds else {
            armLease(place)
            return
        }
        // Who looks that late has not listened: what nodes said meanwhile has still to be heard.
        guard uptime - due < ControlState.latenessMax else {
            armLease(place, at: uptime &+ ControlState.latenessMax)
            return
        }
        let seconds = settings.leaseDuration.components.seconds
        _ = disconnect(id, because: "nothing was heard of it for \(seconds) seconds", &changes)
    }

    /// Leases that are looked at later than this, in nanoseconds, are looked at once more.
    static let latenessMax: Int64 = 2_000_000_000

    /// A node left, or is not heard of any more.
    ///
    /// - Parameter error: why, unless it left by itself.
    mutating func disconnect(_ id: NodeID, because error: String = "", _ changes: inout ChangeSet) -> CommandOutcome {
        guard let place = nodes.place(of: id), let node = nodes[place], node.state.connection == .connected else {
            return .done
        }
        let now = now
        _ = nodes.update(place) { node in
            node.state.connection = .disconnected
            node.contact.disconnectedSince = now
            node.contact.lastError = error
        }
        changes.nodes[id] = nodes[place]?.state
        dropReservation(at: place)
        abandon(place, lostMessage(id), &changes) { live, _ in live.job.nodeLoss == .replace }
        armLoss(place, after: settings.lossGrace)
        return .done
    }

    mutating func armLoss(_ place: Int, after duration: Duration) {
        guard let id = nodes[place]?.id else { return }
        let due = uptime &+ duration.wholeNanoseconds
        _ = nodes.update(place) { $0.lossDue = due }
        arm(.loss(id), at: due)
    }

    private func lostMessage(_ id: NodeID) -> String { "node \(id.short) is lost: nothing is heard of it" }

    /// The grace period of a node is over.
    mutating func lose(_ id: NodeID, _ changes: inout ChangeSet) {
        guard let place = nodes.place(of: id), let node = nodes[place], node.state.connection == .disconnected,
            !node.isLost, let due = node.lossDue, due <= uptime
        else { return }
        _ = nodes.update(place) { $0.isLost = true }
        // What is to be stopped need not be kept for its job.
        abandon(place, lostMessage(id), &changes) { live, execution in
            live.job.nodeLoss != .keep || execution.desiredState.type != .running
        }
        reconsiderGroups(&changes)
        updateNodeWatchers(&changes)
    }

    /// Gives up those executions of a node that `isGivenUp` names.
    mutating func abandon(
        _ place: Int, _ reason: String, _ changes: inout ChangeSet, where isGivenUp: (LiveJob, Execution) -> Bool
    ) {
        guard let node = nodes[place] else { return }
        for id in node.executions.keys.sorted() + node.bound.map(\.execution) {
            guard let live = jobOfExecution[id], let execution = live.active[id], isGivenUp(live, execution) else {
                continue
            }
            giveUp(execution, of: live, because: reason, &changes)
        }
    }

    // MARK: Wishes

    /// Sends a wish and remembers to look whether it was heard.
    mutating func send(
        _ message: NodeMessage, about execution: Execution, to id: NodeID, _ changes: inout ChangeSet
    ) {
        guard let place = nodes.place(of: id), nodes[place]?.state.connection == .connected else { return }
        changes.messages.append((id, message))
        let due = uptime &+ settings.resendPause.wholeNanoseconds
        let isStop = execution.desiredState.type == .stopped
        let wish = NodeRecord.SentWish(execution: execution.id, isStop: isStop, due: due)
        let isArmed = nodes.update(place) { node in
            node.unacknowledged.append(wish)
            defer { node.isResendArmed = true }
            return node.isResendArmed
        }
        if isArmed == false { arm(.resend(id), at: due) }
    }

    /// Sends again what the node has not reacted to.
    mutating func resend(_ id: NodeID, _ changes: inout ChangeSet) {
        guard let place = nodes.place(of: id) else { return }
        let uptime = uptime
        let due = nodes.update(place) { node in
            let count = node.unacknowledged.firstIndex { $0.due > uptime } ?? node.unacknowledged.count
            let due = Array(node.unacknowledged.prefix(count))
            node.unacknowledged.removeFirst(count)
            node.isResendArmed = !node.unacknowledged.isEmpty
            return due
        }
        // A busy node is sent wishes all the time, most of which it has reacted to: they are looked at together.
        let earliest = uptime &+ settings.resendPause.wholeNanoseconds / 4
        if let next = nodes[place]?.unacknowledged.first { arm(.resend(id), at: max(next.due, earliest)) }
        for wish in due ?? [] {
            guard let live = jobOfExecution[wish.execution], let execution = live.active[wish.execution],
                wish.isStop == (execution.desiredState.type == .stopped)
            else { continue }
            sendWish(about: execution, of: live, &changes)
        }
    }

    /// Tells the node of an execution what is wanted of it, unless it has reacted to that.
    mutating func sendWish(about execution: Execution, of live: LiveJob, _ changes: inout ChangeSet) {
        let node = execution.nodeID
        switch execution.desiredState.type {
        case .stopped:
            send(.stop(execution.id, reason: execution.desiredState.message), about: execution, to: node, &changes)
        case .running where execution.computeState.type == .new:
            send(.run(execution, live.job), about: execution, to: node, &changes)
        default: break
        }
    }
}
