import BacalhauModel

/// Nodes that come, change and go.
extension ControlState {
    mutating func connect(_ info: NodeInfo, known: [ExecutionID], _ changes: inout ChangeSet) -> CommandOutcome {
        var record =
            nodes[info.nodeID]
            ?? NodeRecord(
                state: NodeState(
                    info: info, membership: settings.newNodesAreApproved ? .approved : .pending, connection: .connected)
            )
        record.state.info = info
        record.state.connection = .connected
        nodes[info.nodeID] = record
        changes.nodes[info.nodeID] = record.state
        reconcile(info.nodeID, known: Set(known), &changes)
        return .done
    }

    /// Compares what a node holds with what it should hold, and mends the difference.
    private mutating func reconcile(_ node: NodeID, known: Set<ExecutionID>, _ changes: inout ChangeSet) {
        for id in known where jobOfExecution[id] == nil {
            changes.messages.append((node, .stop(id, reason: "the orchestrator does not know the execution")))
        }
        let assigned = jobs.values.flatMap { live in live.active.values.filter { $0.nodeID == node } }
        for execution in assigned.sorted(by: { $0.id < $1.id }) {
            if known.contains(execution.id) {
                if execution.desiredState.type == .stopped {
                    changes.messages.append((node, .stop(execution.id, reason: execution.desiredState.message)))
                }
            } else if execution.desiredState.type == .stopped {
                finishLost(execution, as: .cancelled, &changes)
            } else if execution.computeState.type == .new, let live = jobs[execution.jobID] {
                changes.messages.append((node, .run(execution, live.job)))
            } else {
                finishLost(execution, as: .failed, &changes)
            }
        }
    }

    private mutating func finishLost(_ lost: Execution, as state: ExecutionStateType, _ changes: inout ChangeSet) {
        var execution = lost
        let event = Event(
            topic: .runningExecution, message: "node \(lost.nodeID.short) no longer has the execution", timestamp: now,
            details: [Event.Detail.isError: "true", Event.Detail.retryable: "true"])
        execution.revision += 1
        execution.computeState = StateOf(state, message: event.message)
        execution.desiredState = StateOf(.stopped, message: event.message)
        setExecution(execution, from: lost.computeState.type, event: event, &changes)
        if state == .failed { retry(lost.jobID, after: event, &changes) }
        retireIfOver(lost.jobID, &changes)
    }

    mutating func update(_ info: NodeInfo, _ changes: inout ChangeSet) -> CommandOutcome {
        guard var record = nodes[info.nodeID] else { return .done }
        record.state.info = info
        nodes[info.nodeID] = record
        changes.nodes[info.nodeID] = record.state
        return .done
    }

    mutating func disconnect(_ id: NodeID, _ changes: inout ChangeSet) -> CommandOutcome {
        guard nodes[id] != nil else { return .done }
        nodes[id]?.state.connection = .disconnected
        changes.nodes[id] = nodes[id]?.state
        return .done
    }

    mutating func setMembership(_ membership: NodeState.Membership, of id: NodeID, _ changes: inout ChangeSet)
        -> CommandOutcome
    {
        guard let record = nodes[id] else { return .refused(ControlState.unknownNode(id)) }
        guard record.state.membership != membership else {
            return .refused(
                BacalhauError(
                    .conflict, "node \(id) is \(membership.rawValue.lowercased()) already", component: "NodeManager"))
        }
        nodes[id]?.state.membership = membership
        changes.nodes[id] = nodes[id]?.state
        return .done
    }

    mutating func removeNode(_ id: NodeID, _ changes: inout ChangeSet) -> CommandOutcome {
        guard let record = nodes[id] else { return .refused(ControlState.unknownNode(id)) }
        guard record.executionCount == 0 else {
            return .refused(
                BacalhauError(
                    .conflict, "node \(id) still runs \(record.executionCount) executions",
                    hint: "Stop its jobs, or wait until they have ended.", component: "NodeManager"))
        }
        nodes[id] = nil
        changes.removedNodes.insert(id)
        return .done
    }

    private static func unknownNode(_ id: NodeID) -> BacalhauError {
        BacalhauError(.notFound, "node not found: \(id)", component: "NodeManager")
    }
}
