import BacalhauModel
import BacalhauSupport

/// Why a job is where it is.
extension ControlState {
    func explain(_ id: JobID) -> JobExplanation? {
        guard let live = jobs[id] else { return nil }
        var explanation = JobExplanation(summary: "", waitingCount: waiting.count, missingCount: missingCount(of: live))
        if live.group != nil { explanation.position = waiting.count(before: live.key) + 1 }
        if explanation.missingCount > 0 || !live.pausing.isEmpty { explanation.obstacles = obstacles(for: live) }
        explanation.wakeUps = wakeUps(of: live)
        explanation.summary = summary(of: live, explanation)
        return explanation
    }

    private func missingCount(of live: LiveJob) -> Int {
        live.ready.count + live.active.values.count { $0.desiredState.type == .pending }
    }

    private func summary(of live: LiveJob, _ explanation: JobExplanation) -> String {
        if live.isOver {
            let count = live.active.count
            return "The job is over; \(count) of its executions \(count == 1 ? "has" : "have") still to end."
        }
        if let group = live.group, let position = explanation.position {
            let place = "number \(position) of \(waiting.count) in the queue"
            if waiting[group]?.isStranded == true { return "No known node can run it; it is \(place)." }
            return "It is \(place), \(waitingReason(of: live))."
        }
        if !live.pausing.isEmpty, live.active.isEmpty { return "It is tried again after a pause." }
        if explanation.missingCount > 0 {
            return "\(explanation.missingCount) executions wait for room on their nodes."
        }
        if live.active.isEmpty { return live.isPerNode ? "No known node can run it." : "It is about to be placed." }
        let absent = live.active.values.filter { nodes[$0.nodeID]?.state.connection != .connected }
        if !absent.isEmpty { return "\(absent.count) of its executions are on nodes that are not connected." }
        let untaken = live.active.values.count { $0.computeState.type == .new && $0.desiredState.type == .running }
        if untaken > 0 { return "\(untaken) executions were sent to their nodes and are not confirmed yet." }
        return "It runs: \(live.active.count) execution\(live.active.count == 1 ? "" : "s")."
    }

    /// What stands in the way on each node, grouped by its words.
    private func obstacles(for live: LiveJob) -> [JobExplanation.Obstacle] {
        var nodesOf: [String: [NodeID]] = [:]
        let placement = Placement(live, nodes: nodes)
        for (place, node) in nodes.places {
            nodesOf[obstacle(for: live, on: node, at: place, placement), default: []].append(node.id)
        }
        return ControlState.obstacles(nodesOf)
    }

    private func obstacle(for live: LiveJob, on node: NodeRecord, at place: Int, _ placement: Placement) -> String {
        if let obstacle = staticObstacle(of: live, on: node) { return obstacle }
        if node.state.membership != .approved { return "is not approved" }
        if node.state.connection != .connected { return node.isLost ? "is lost" : "is not connected" }
        let room = nodes.rooms[place]
        let shortfalls = room.resources.shortfalls(of: live.demand.resources)
        if !shortfalls.isEmpty { return "has no room now (\(shortfalls.joined(separator: "; ")))" }
        if !placement.fits(place) { return "is kept free for a job ahead in the queue" }
        return "has room"
    }

    private func wakeUps(of live: LiveJob) -> [JobExplanation.WakeUp] {
        guard !live.isOver else { return [] }
        var result: [JobExplanation.WakeUp] = []
        func add(_ due: Int64?, _ reason: String) {
            guard let due else { return }
            result.append(JobExplanation.WakeUp(time: now + .nanoseconds(due - uptime), reason: reason))
        }
        add(live.totalDue, "the job's total timeout ends it")
        if let since = live.waitingSince, live.active.isEmpty, let seconds = queueTimeout(of: live) {
            add(since + Duration.seconds(seconds).wholeNanoseconds, "the queue timeout ends it")
        }
        for (slot, due) in live.pausing {
            let what: String
            switch slot {
            case .partition(let index):
                what = live.job.count > 1 ? "partition \(index) is tried again" : "it is tried again"
            case .node(let node): what = "it is tried again on node \(node.short)"
            }
            add(due, what)
        }
        let absent = Set(live.active.values.map(\.nodeID)).filter { nodes[$0]?.state.connection != .connected }
        if live.job.nodeLoss != .keep {
            for id in absent {
                guard let node = nodes[id], !node.isLost, let due = node.lossDue else { continue }
                add(due, "its executions on node \(id.short) are replaced unless the node returns")
            }
        }
        return result.sorted { ($0.time, $0.reason) < ($1.time, $1.reason) }
    }
}
