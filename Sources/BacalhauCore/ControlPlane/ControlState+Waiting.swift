import BacalhauModel
import BacalhauSupport

/// How long jobs wait, what for, and when that is in vain.
extension ControlState {
    /// How long a job may wait for a node; `nil` for as long as it lives.
    func queueTimeout(of live: LiveJob) -> Int64? {
        let own = live.job.task.timeouts.queue
        let seconds = own > 0 ? own : settings.queueTimeoutSeconds
        return seconds > 0 ? seconds : nil
    }

    /// Takes a job that waited before a restart back into the queue; the time it waited counts.
    mutating func rejoinQueue(_ live: LiveJob) {
        guard !live.ready.isEmpty else { return }
        let group = waiting.insert(live, groupKey(of: live))
        if !canRunSomewhere(live) { waiting.setStranded(true, group) }
        resumeWaiting(live)
    }

    /// Goes on with the clock of a job that waited before a restart.
    mutating func resumeWaiting(_ live: LiveJob) {
        let waited = live.job.state.type == .queued ? max(.zero, now.duration(since: live.job.modifyTime)) : .zero
        live.waitingSince = uptime - waited.wholeNanoseconds
        guard let seconds = queueTimeout(of: live) else { return }
        arm(.queue(live.id), after: .seconds(seconds) - waited)
    }

    mutating func armQueue(_ live: LiveJob) {
        guard let seconds = queueTimeout(of: live) else { return }
        arm(.queue(live.id), after: .seconds(seconds))
    }

    /// Parts that waited while others of the job ran, wait alone now: the job is queued, and they have their timeout.
    mutating func waitAlone(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard live.active.isEmpty, !live.isOver, let since = live.waitingSince else { return }
        note(waitingReason(of: live), for: live, &changes)
        guard let seconds = queueTimeout(of: live) else { return }
        arm(.queue(live.id), at: since &+ Duration.seconds(seconds).wholeNanoseconds)
    }

    /// Whether a job that no known node can run is kept: when it may wait, or when it ran before and its nodes went.
    func waitsThoughImpossible(_ live: LiveJob) -> Bool {
        if queueTimeout(of: live) != nil || nodes.eligibleCount == 0 || live.kind == .daemon { return true }
        return live.hasStarted && live.scheduling.refusals.isEmpty
    }

    mutating func expireQueue(_ id: JobID, _ changes: inout ChangeSet) {
        guard let live = jobs[id], !live.isOver, live.active.isEmpty, let since = live.waitingSince,
            let seconds = queueTimeout(of: live), uptime - since >= Duration.seconds(seconds).wholeNanoseconds
        else { return }
        let reason = canRunSomewhere(live) ? waitingReason(of: live) : impossibility(of: live)
        fail(
            live,
            Event(
                topic: .scheduling, message: "\(reason) (waited \(DurationText.goStyle(seconds: seconds)))",
                timestamp: now,
                details: [
                    Event.Detail.isError: "true",
                    Event.Detail.hint: "Allow a longer queue timeout, ask for less, or add nodes.",
                ]), &changes)
    }

    mutating func failImpossible(_ live: LiveJob, _ changes: inout ChangeSet) {
        let requested = max(1, live.ready.count)
        fail(
            live,
            Event(
                topic: .scheduling, message: impossibility(of: live), timestamp: now,
                details: [
                    Event.Detail.isError: "true", "NodesRequested": String(requested),
                    "NodesAvailable": String(nodes.eligibleCount), "NodesSuitable": "0",
                ]), &changes)
    }

    /// The message of v1.4.0 for a job that no node can run.
    func impossibility(of live: LiveJob) -> String {
        guard nodes.eligibleCount > 0 else { return "waiting for a node to join" }
        let requested = max(1, live.ready.count)
        var text =
            "not enough nodes to run job. requested: \(requested), available: \(nodes.eligibleCount), suitable: 0."
        for obstacle in staticObstacles(of: live) {
            let who =
                obstacle.nodeCount == 1
                ? "Node \(obstacle.examples[0].short)" : "\(obstacle.nodeCount) of \(nodes.eligibleCount) nodes"
            text += "\n• \(who): \(obstacle.reason)"
        }
        return text
    }

    func waitingReason(of live: LiveJob) -> String {
        if nodes.usableCount == 0 { return "waiting for a node to connect" }
        if let group = live.group, let node = waiting[group]?.reservedNode, waiting.head(of: group) === live {
            return "waiting for room; node \(node.short) is kept free for it"
        }
        return "waiting for room"
    }

    /// Why nodes cannot run a job however empty they are.
    func staticObstacles(of live: LiveJob) -> [JobExplanation.Obstacle] {
        var nodesOf: [String: [NodeID]] = [:]
        for node in nodes.all where node.isEligible {
            if let reason = staticObstacle(of: live, on: node) { nodesOf[reason, default: []].append(node.id) }
        }
        return ControlState.obstacles(nodesOf)
    }

    func staticObstacle(of live: LiveJob, on node: NodeRecord) -> String? {
        if let refusal = live.scheduling.refusals[node.id] { return refusal }
        if let obstacle = requirements[live.requirement].requirement.obstacle(on: node.state.info) { return obstacle }
        let most = node.capacity.limited(to: node.limit)
        let shortfalls = most.resources.shortfalls(of: live.demand.resources)
        return shortfalls.isEmpty ? nil : "does not have enough capacity (\(shortfalls.joined(separator: "; ")))"
    }

    static func obstacles(_ nodesOf: [String: [NodeID]]) -> [JobExplanation.Obstacle] {
        nodesOf.map { reason, nodes in
            JobExplanation.Obstacle(reason: reason, nodeCount: nodes.count, examples: Array(nodes.sorted().prefix(3)))
        }
        .sorted { ($1.nodeCount, $0.reason) < ($0.nodeCount, $1.reason) }
    }

    /// Looks again at the jobs that no node could run, as far as the node at `place` may make a difference.
    mutating func welcomeGroups(at place: Int) {
        for group in waiting.groupIndices where waiting[group]?.isStranded == true {
            guard let head = waiting.head(of: group), requirements.isMet(head.requirement, by: place),
                Placement(head, nodes: nodes).couldRun(on: place)
            else { continue }
            waiting.setStranded(false, group)
        }
    }

    /// Looks at all who wait after a node went, or offers less: nobody may be able to run them any more.
    mutating func reconsiderGroups(_ changes: inout ChangeSet) {
        for group in waiting.groupIndices {
            guard let head = waiting.head(of: group), waiting[group]?.isStranded == false else { continue }
            guard !canRunSomewhere(head) else {
                reserve(for: head, group)
                continue
            }
            waiting.setStranded(true, group)
            for live in waiting.jobs(of: group) where !waitsThoughImpossible(live) { failImpossible(live, &changes) }
        }
    }
}
