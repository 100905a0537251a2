import BacalhauModel

/// Nodes that come, change and go.
extension ControlState {
    mutating func connect(
        _ info: NodeInfo, known: [ExecutionID], session: NodeSession?, _ changes: inout ChangeSet
    ) -> CommandOutcome {
        // What an old announcement says of the node's executions is no longer true.
        if let session, nodes[info.nodeID]?.sessions.isPast(session) == true { return .done }
        let place: Int
        if let found = nodes.place(of: info.nodeID) {
            place = found
        } else {
            let membership: NodeState.Membership = settings.newNodesAreApproved ? .approved : .pending
            place = nodes.insert(
                NodeRecord(state: NodeState(info: info, membership: membership, connection: .disconnected)))
            requirements.update(info, at: place)
            // It may have been removed a moment ago.
            changes.removedNodes.remove(info.nodeID)
        }
        let former = nodes[place]?.state
        let now = now
        setInfo(info, at: place)
        _ = nodes.update(place) { node in
            node.state.connection = .connected
            node.isLost = false
            node.lossDue = nil
            node.contact.connectedSince = now
            node.contact.lastError = ""
            if let session { node.sessions.begin(session) }
            // What it does not hold is sent anew.
            node.unacknowledged = []
        }
        heard(of: info.nodeID)
        armLease(place)
        if let state = nodes[place]?.state, state != former { changes.nodes[info.nodeID] = state }
        reconcile(place, known: Set(known), &changes)
        let hasChanged = former?.info != info
        if hasChanged { forgetRefusals(by: info.nodeID, &changes) }
        welcome(place, offersLess: hasChanged, &changes)
        return .done
    }

    /// Takes a node's new description; the lists of nodes follow where it makes a difference.
    private mutating func setInfo(_ info: NodeInfo, at place: Int) {
        let former = nodes[place]?.state.info
        _ = nodes.update(place) { $0.setInfo(info) }
        guard let former,
            former.labels != info.labels || former.compute?.executionEngines != info.compute?.executionEngines
                || former.compute?.publishers != info.compute?.publishers
                || former.compute?.storageSources != info.compute?.storageSources || former.version != info.version
                || (former.compute == nil) != (info.compute == nil)
        else { return }
        requirements.update(info, at: place)
    }

    /// A node can be given work, or other work than before.
    private mutating func welcome(_ place: Int, offersLess: Bool, _ changes: inout ChangeSet) {
        welcomeGroups(at: place)
        if offersLess {
            dismissBound(at: place, &changes)
            dropUselessReservation(at: place)
            reconsiderGroups(&changes)
        }
        freedNodes.append(place)
        updateNodeWatchers(&changes)
    }

    /// Compares what a node holds with what it should hold, and mends the difference.
    private mutating func reconcile(_ place: Int, known: Set<ExecutionID>, _ changes: inout ChangeSet) {
        guard let node = nodes[place] else { return }
        endStrays(of: node, known: Array(known), &changes)
        for id in node.executions.keys.sorted() {
            guard let live = jobOfExecution[id], let execution = live.active[id] else { continue }
            let isStopped = execution.desiredState.type == .stopped
            if known.contains(id) || (execution.computeState.type == .new && !isStopped) {
                // What it holds and has not confirmed, it confirms now.
                sendWish(about: execution, of: live, &changes)
            } else {
                giveUp(
                    execution, of: live, because: "node \(node.id.short) no longer has the execution", &changes)
            }
        }
    }

    /// Ends an execution that its node will not end: one that was to be stopped anyway is cancelled, any other failed.
    mutating func giveUp(_ lost: Execution, of live: LiveJob, because reason: String, _ changes: inout ChangeSet) {
        let state: ExecutionStateType = lost.desiredState.type == .stopped ? .cancelled : .failed
        var execution = lost
        let event = Event(
            topic: .scheduling, message: reason, timestamp: now,
            details: [Event.Detail.isError: "true", Event.Detail.retryable: "true"])
        execution.revision += 1
        execution.computeState = StateOf(state, message: reason)
        execution.desiredState = StateOf(.stopped, message: reason)
        setExecution(execution, of: live, from: lost.computeState.type, event: event, &changes)
        live.fence(execution.id)
        if state == .failed {
            handleFailure(of: execution, in: live, cause: .infrastructure, event: event, &changes)
        }
        retireIfOver(live, &changes)
    }

    mutating func update(_ info: NodeInfo, _ changes: inout ChangeSet) -> CommandOutcome {
        guard let place = nodes.place(of: info.nodeID), let former = nodes[place] else {
            return .refused(ControlState.unknownNode(info.nodeID))
        }
        heard(of: info.nodeID)
        setInfo(info, at: place)
        guard let state = nodes[place]?.state, state.info != former.state.info else { return .done }
        changes.nodes[info.nodeID] = state
        // A node that changed may want now what it refused before.
        forgetRefusals(by: info.nodeID, &changes)
        welcome(place, offersLess: true, &changes)
        return .done
    }

    private mutating func forgetRefusals(by node: NodeID, _ changes: inout ChangeSet) {
        let refused = jobs.values.filter { $0.scheduling.refusals[node] != nil && !$0.isOver }
        // In the order of the queue, and the same one each time.
        for live in refused.sorted(by: { $0.key < $1.key }) { forgetRefusal(live, by: node, &changes) }
    }

    private mutating func forgetRefusal(_ live: LiveJob, by node: NodeID, _ changes: inout ChangeSet) {
        let since = live.waitingSince
        let waited = live.group != nil
        leaveQueue(live)
        live.scheduling.refusals[node] = nil
        live.isSchedulingChanged = true
        if live.kind == .daemon { live.targets.remove(node) }
        store(live, &changes)
        guard waited else { return }
        placeReady(live, &changes)
        // It has waited all the time.
        if live.group != nil { live.waitingSince = since }
    }

    mutating func setMembership(_ membership: NodeState.Membership, of id: NodeID, _ changes: inout ChangeSet)
        -> CommandOutcome
    {
        guard let place = nodes.place(of: id), let record = nodes[place] else {
            return .refused(ControlState.unknownNode(id))
        }
        guard record.state.membership != membership else {
            return .refused(
                BacalhauError(
                    .conflict, "node \(id) is \(membership.rawValue.lowercased()) already", component: "NodeManager"))
        }
        _ = nodes.update(place) { $0.state.membership = membership }
        changes.nodes[id] = nodes[place]?.state
        if membership != .approved { dropReservation(at: place) }
        welcome(place, offersLess: membership != .approved, &changes)
        return .done
    }

    /// Forgets a node. What a disconnected one still had is given up; a connected one must have ended its work.
    mutating func removeNode(_ id: NodeID, _ changes: inout ChangeSet) -> CommandOutcome {
        guard let place = nodes.place(of: id), let record = nodes[place] else {
            return .refused(ControlState.unknownNode(id))
        }
        guard record.executions.isEmpty || record.state.connection == .disconnected else {
            return .refused(
                BacalhauError(
                    .conflict, "node \(id) still runs \(record.executions.count) executions",
                    hint: "Stop its jobs, or wait until they have ended.", component: "NodeManager"))
        }
        _ = nodes.update(place) { $0.isLost = true }
        abandon(place, "node \(id.short) was removed", &changes) { _, _ in true }
        dropReservation(at: place)
        nodes.remove(id)
        requirements.remove(place)
        changes.nodes[id] = nil
        changes.removedNodes.insert(id)
        reconsiderGroups(&changes)
        updateNodeWatchers(&changes)
        return .done
    }

    /// Whoever a node was kept free for has to look for another one.
    mutating func dropReservation(at place: Int) {
        guard let reservation = nodes.reservation(at: place) else { return }
        _ = nodes.update(place) { $0.reservation = nil }
        guard case .group(let group) = reservation.holder else { return }
        waiting.setReservedNode(nil, of: group)
        if let head = waiting.head(of: group) { reserve(for: head, group) }
    }

    /// What waits at a node for more than the node has any more will never run there.
    private mutating func dismissBound(at place: Int, _ changes: inout ChangeSet) {
        guard let node = nodes[place] else { return }
        for bound in node.bound where !node.capacity.covers(bound.demand) || !node.limit.covers(bound.demand) {
            guard let live = jobs[bound.job] else { continue }
            let reason = staticObstacle(of: live, on: node) ?? "does not have enough capacity"
            let refusal = ExecutionReport(
                executionID: bound.execution, jobID: bound.job, nodeID: node.id,
                content: .refused(reason: reason, isRetryable: false))
            _ = handle(refusal, &changes)
        }
    }

    /// A node that changed may not be able to run the one that it is kept free for.
    private mutating func dropUselessReservation(at place: Int) {
        guard case .group(let group)? = nodes.reservation(at: place)?.holder, let head = waiting.head(of: group) else {
            return
        }
        guard !requirements.isMet(head.requirement, by: place) || !Placement(head, nodes: nodes).couldRun(on: place)
        else { return }
        dropReservation(at: place)
    }

    static func unknownNode(_ id: NodeID) -> BacalhauError {
        BacalhauError(.notFound, "node not found: \(id)", component: "NodeManager")
    }
}
