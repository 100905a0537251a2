import BacalhauModel

/// Gives waiting work to nodes with room.
extension ControlState {
    /// Goes through the queue in order. A job that only has to wait keeps its node free of later, smaller ones.
    mutating func schedule(_ changes: inout ChangeSet) {
        var blocked: Set<NodeID> = []
        var index = 0
        let usable = nodes.values.count { $0.isUsable }
        while index < queue.count {
            let key = queue[index]
            guard let live = jobs[key.id] else {
                queue.remove(key)
                continue
            }
            switch Placement.decide(live, nodes: nodes, blocked: blocked) {
            case .place(let node):
                place(key.id, on: node, &changes)
                if jobs[key.id]?.missingCount == 0 { dequeue(key.id) }
            case .wait(let node):
                blocked.insert(node)
                note("waiting for room on node \(node.short)", for: key.id, &changes)
                if blocked.count >= usable { return }
                index += 1
            case .noNodes:
                note("waiting for a node to join", for: key.id, &changes)
                if usable == 0 { return }
                index += 1
            case .impossible(let reasons):
                let explanation = Placement.explanation(reasons, requested: live.missingCount)
                if live.job.task.timeouts.queue > 0 {
                    note(explanation, for: key.id, &changes)
                    index += 1
                } else {
                    fail(
                        key.id,
                        Event(
                            topic: .scheduling, message: explanation, timestamp: now,
                            details: [
                                Event.Detail.isError: "true", "NodesRequested": String(live.missingCount),
                                "NodesAvailable": String(reasons.count), "NodesSuitable": "0",
                            ]), &changes)
                }
            }
        }
    }

    private mutating func place(_ id: JobID, on node: NodeID, _ changes: inout ChangeSet) {
        guard let live = jobs[id] else { return }
        var execution = Execution(
            id: newExecutionID(), namespace: live.job.namespace, evaluationID: live.evaluation, nodeID: node, jobID: id,
            createTime: now)
        execution.allocatedResources = [live.job.task.name: live.demand]
        execution.desiredState = StateOf(.running)
        nodes[node]?.reserved += live.demand
        nodes[node]?.executionCount += 1
        jobOfExecution[execution.id] = id
        setExecution(execution, from: .new, event: .empty, &changes)
        if live.job.state.type != .running { setState(.running, of: id, event: .empty, &changes) }
        changes.messages.append((node, .run(execution, jobs[id]?.job ?? live.job)))
    }

    /// Says once why a job waits: in its state and its history.
    private mutating func note(_ reason: String, for id: JobID, _ changes: inout ChangeSet) {
        guard let live = jobs[id], live.job.state.type != .queued, live.active.isEmpty else { return }
        let event = Event(topic: .queueing, message: "Job queued. \(reason)", timestamp: now)
        setState(.queued, of: id, event: event, &changes)
    }
}
