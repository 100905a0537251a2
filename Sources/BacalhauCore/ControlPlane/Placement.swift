import BacalhauModel

/// Chooses the node for one execution: pure, from the job's wishes and the nodes' reservations.
enum Placement {
    enum Decision {
        case place(NodeID)
        /// It fits when this node has room again; until then nothing smaller may take that room.
        case wait(for: NodeID)
        /// No known node will ever take it as they are.
        case impossible(reasons: [NodeID: String])
        /// No node is there.
        case noNodes
    }

    /// Why a node cannot run the job however empty it is; `nil` when it can.
    static func obstacle(for live: LiveJob, on node: NodeRecord) -> String? {
        guard let compute = node.state.info.compute else { return "does not run workloads" }
        if let refusal = live.refusals[node.id] { return refusal }
        let task = live.job.task
        if let engine = task.engine, !compute.executionEngines.contains(engine.normalizedType) {
            return "does not support \(engine.type)"
        }
        if !task.publisher.type.isEmpty, !compute.publishers.contains(task.publisher.normalizedType) {
            return "does not support \(task.publisher.type)"
        }
        for input in task.inputSources {
            if let source = input.source, !compute.storageSources.contains(source.normalizedType) {
                return "does not support \(source.type)"
            }
        }
        for constraint in live.job.constraints where !constraint.isPreference {
            if constraint.matches(node.state.info.labels) != true {
                return "labels do not satisfy \(constraint.key) \(constraint.operator) "
                    + constraint.values.joined(separator: ",")
            }
        }
        let shortfalls = compute.maxJobRequirements.shortfalls(of: live.demand)
        return shortfalls.isEmpty ? nil : "does not have enough capacity (\(shortfalls.joined(separator: "; ")))"
    }

    /// Decides for `live`. `blocked` nodes are reserved for jobs that stand further ahead.
    static func decide(_ live: LiveJob, nodes: [NodeID: NodeRecord], blocked: Set<NodeID>) -> Decision {
        var best: (id: NodeID, score: Score)?
        var waitFor: NodeID?
        var reasons: [NodeID: String] = [:]
        for (id, node) in nodes where node.isUsable {
            if let obstacle = obstacle(for: live, on: node) {
                reasons[id] = obstacle
                continue
            }
            guard !blocked.contains(id), node.available.covers(live.demand) else {
                waitFor = waitFor.map { min($0, id) } ?? id
                continue
            }
            let score = Score(live, node)
            if best.map({ score < $0.score || (score == $0.score && id < $0.id) }) ?? true { best = (id, score) }
        }
        if let best { return .place(best.id) }
        if let waitFor { return .wait(for: waitFor) }
        return reasons.isEmpty ? .noNodes : .impossible(reasons: reasons)
    }

    /// Less is better: more wishes met, then fewer executions of the same job, then the emptier node.
    private struct Score: Comparable {
        let unmetWishes: Int
        let siblings: Int
        let load: Double

        init(_ live: LiveJob, _ node: NodeRecord) {
            unmetWishes = live.job.constraints.count { $0.isPreference && $0.matches(node.state.info.labels) != true }
            siblings = live.active.values.count { $0.nodeID == node.id }
            let capacity = node.state.info.compute?.maxCapacity ?? .zero
            load = max(
                Double(node.reserved.cpuMillicores) / Double(max(1, capacity.cpuMillicores)),
                Double(node.reserved.memoryBytes) / Double(max(1, capacity.memoryBytes)))
        }

        static func < (left: Score, right: Score) -> Bool {
            (left.unmetWishes, left.siblings, left.load) < (right.unmetWishes, right.siblings, right.load)
        }
    }

    /// The message of v1.4.0 for a job that no node can run.
    static func explanation(_ reasons: [NodeID: String], requested: Int) -> String {
        var text = "not enough nodes to run job. requested: \(requested), available: \(reasons.count), suitable: 0."
        let groups = Dictionary(grouping: reasons.keys) { reasons[$0] ?? "" }
        for reason in groups.keys.sorted() {
            let nodes = groups[reason] ?? []
            let who = nodes.count == 1 ? "Node \(nodes[0].short)" : "\(nodes.count) of \(reasons.count) nodes"
            text += "\n• \(who): \(reason)"
        }
        return text
    }
}
