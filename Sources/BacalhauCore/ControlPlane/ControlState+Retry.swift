import BacalhauModel
import BacalhauSupport

/// What follows when an execution ends without a result: another attempt after a pause, or the end of the job.
extension ControlState {
    /// Deals with a failed execution, by whose fault it was.
    mutating func handleFailure(
        of execution: Execution, in live: LiveJob, cause: FailureCause, event: Event, _ changes: inout ChangeSet
    ) {
        guard !live.isOver, live.isCurrent(execution) else { return }
        let slot = live.slot(of: execution)
        // What ran once and ended is started again; what could not even start never will.
        if live.kind.isLongRunning, cause != .workload || event.topic == Event.Topic.runningExecution.rawValue {
            restart(slot, after: execution, in: live, event, &changes)
            return
        }
        let failures = count(cause, at: slot, in: live)
        let policy = live.job.retryPolicy ?? settings.retryPolicy
        let (tries, limit): (Int, Int) =
            switch cause {
            case .workload: (1, 0)
            case .node: (failures.node, policy.retryCountMax)
            case .infrastructure:
                (
                    failures.infrastructure,
                    live.job.retryPolicy?.retryCountMax == 0 ? 0 : settings.infrastructureRetryCountMax
                )
            }
        guard tries <= limit else {
            giveUp(slot, of: live, after: execution, event, tries: failures, &changes)
            return
        }
        let steps = cause == .infrastructure ? tries - 1 : tries
        pause(slot, of: live, steps: steps, policy, "attempt \(tries + 1) of \(limit + 1)", event, &changes)
    }

    private func count(_ cause: FailureCause, at slot: ExecutionSlot, in live: LiveJob) -> FailureCount {
        var failures = live.scheduling.failures[slot] ?? FailureCount()
        switch cause {
        case .workload: break
        case .node: failures.node += 1
        case .infrastructure: failures.infrastructure += 1
        }
        live.scheduling.failures[slot] = failures
        live.isSchedulingChanged = true
        return failures
    }

    /// Service and daemon executions are always started again, after growing pauses while they fail early.
    private mutating func restart(
        _ slot: ExecutionSlot, after execution: Execution, in live: LiveJob, _ event: Event, _ changes: inout ChangeSet
    ) {
        if now.duration(since: execution.createTime) >= settings.provenAfter { live.scheduling.failures[slot] = nil }
        let failures = count(.node, at: slot, in: live)
        pause(
            slot, of: live, steps: failures.node, live.job.retryPolicy ?? settings.retryPolicy,
            "attempt \(failures.node + 1)", event, &changes)
    }

    /// Lets a slot rest. `steps` is how often the pause was doubled already, plus one; 0 is no pause.
    private mutating func pause(
        _ slot: ExecutionSlot, of live: LiveJob, steps: Int, _ policy: Job.RetryPolicy, _ attempt: String,
        _ event: Event, _ changes: inout ChangeSet
    ) {
        var pause = Duration.zero
        if steps > 0 {
            let longest = max(policy.backoffSeconds, policy.backoffMaxSeconds)
            let doubled = policy.backoffSeconds << min(20, Int64(steps - 1))
            // Jobs that failed together must not come back together.
            let jitter = Int64(random.next(upperBound: 251)) - 125
            pause = .milliseconds(min(longest, doubled) * (1000 + jitter))
        }
        let seconds = pause.components.seconds
        let when = pause == .zero ? "now" : seconds == 0 ? "in less than a second" : "in \(seconds) s"
        remark(
            Event(
                topic: .scheduling, message: "Trying again \(when) (\(attempt)): \(event.message)", timestamp: now,
                details: [Event.Detail.retryable: "true"]), on: live, &changes)
        guard pause > .zero else {
            makeReady(slot, of: live, &changes)
            return
        }
        let due = uptime &+ pause.wholeNanoseconds
        live.pausing[slot] = due
        arm(.retry(live.id, slot), at: due)
    }

    mutating func endPause(_ id: JobID, _ slot: ExecutionSlot, _ changes: inout ChangeSet) {
        guard let live = jobs[id], !live.isOver, live.pausing.removeValue(forKey: slot) != nil else { return }
        makeReady(slot, of: live, &changes)
    }

    /// Lets a slot have its next execution.
    mutating func makeReady(_ slot: ExecutionSlot, of live: LiveJob, _ changes: inout ChangeSet) {
        switch slot {
        case .partition(let index):
            live.ready.append(index)
            placeReady(live, &changes)
        case .node(let id):
            live.targets.remove(id)
            if live.kind == .daemon {
                placeOnNodes(live, &changes)
            } else {
                retryTarget(id, of: live, &changes)
            }
        }
    }

    private mutating func retryTarget(_ id: NodeID, of live: LiveJob, _ changes: inout ChangeSet) {
        if let place = nodes.place(of: id), nodes[place]?.isEligible == true {
            addTarget(at: place, of: live, &changes)
        } else {
            loseTarget(id, of: live, because: "the node is gone")
            finishOpsIfOver(live, &changes)
        }
    }

    /// Ends the job, or of an ops job the part on one node.
    private mutating func giveUp(
        _ slot: ExecutionSlot, of live: LiveJob, after execution: Execution, _ event: Event, tries: FailureCount,
        _ changes: inout ChangeSet
    ) {
        var last = event
        let count = tries.node + tries.infrastructure
        if count > 1 { last.message += " (tried \(count) times)" }
        if case .node(let node) = slot, live.kind == .ops {
            live.failedTargets[node] = last.message
            live.scheduling.failures[slot]?.isGivenUp = true
            live.isSchedulingChanged = true
            store(live, &changes)
            finishOpsIfOver(live, &changes)
        } else if live.kind == .daemon {
            // It can never run there; the other nodes are not affected.
            if case .node(let node) = slot { refuse(live, on: node, because: last.message, &changes) }
        } else {
            fail(live, last, &changes)
        }
    }

    /// Notes that a node will never run a job.
    mutating func refuse(_ live: LiveJob, on node: NodeID, because reason: String, _ changes: inout ChangeSet) {
        live.scheduling.refusals[node] = reason
        live.isSchedulingChanged = true
        store(live, &changes)
    }
}
