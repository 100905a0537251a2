import BacalhauModel

/// Running a finished job again from what is stored of it.
extension ControlState {
    mutating func rerun(
        _ id: JobID, _ stored: StoredJob?, scope: RerunScope, reason: String, evaluation: EvaluationID,
        _ changes: inout ChangeSet
    ) -> CommandOutcome {
        if let refusal = refusalOfWork() { return refusal }
        guard let stored, jobs[id] == nil else {
            return .refused(ControlState.unfinished(id, isEnding: jobs[id]?.isOver != false))
        }
        var job = stored.job
        var scheduling = SchedulingRecord(evaluation: evaluation, startTime: now)
        switch scope {
        case .all: scheduling.firstVersion = job.version + 1
        case .unfinished:
            scheduling.firstVersion = stored.scheduling?.firstVersion ?? 0
            let completed = stored.executions.filter {
                $0.computeState.type == .completed && $0.jobVersion >= scheduling.firstVersion
            }
            switch job.kind {
            case .ops:
                scheduling.targets = Set(stored.executions.map(\.nodeID)).subtracting(completed.map(\.nodeID)).sorted()
            case .batch:
                scheduling.partitions = Set(0..<job.count).subtracting(completed.map(\.partitionIndex)).sorted()
            default: break
            }
            if scheduling.targets.isEmpty && scheduling.partitions.isEmpty && job.kind?.isLongRunning == false {
                return .refused(
                    BacalhauError(
                        .conflict, "nothing of job \(job.id) is left to run: all of its executions have completed",
                        hint:
                            "Run all of it again: all in a program, \"All\": true in the API, --all on the command line.",
                        component: "Orchestrator"))
            }
            // The whole of a job needs no list.
            if scheduling.partitions.count == job.count { scheduling.partitions = [] }
        }
        changes.versions.append((stored.order, stored.job))
        job.version += 1
        let live = admit(job, order: stored.order, scheduling)
        live.historyCount = stored.historyCount
        live.isSchedulingChanged = true
        live.completedCount = live.completedBefore
        var details = [Event.Detail.jobVersion: String(job.version)]
        if !reason.isEmpty { details[Event.Detail.reason] = reason }
        let event = Event(
            topic: .submission, message: "Job requested to run again (version \(job.version))", timestamp: now,
            details: details)
        setState(.pending, of: live, event: event, &changes, message: "")
        begin(live, &changes)
        return .rerun(version: job.version, evaluation)
    }

    /// Why a job cannot be run again yet. `isEnding` is one that is decided, but whose executions have still to end.
    static func unfinished(_ id: JobID, isEnding: Bool) -> BacalhauError {
        isEnding
            ? BacalhauError(
                .conflict, "executions of job \(id) have still to end", hint: "Try again in a moment.",
                isRetryable: true, component: "Orchestrator")
            : BacalhauError(
                .conflict, "job \(id) is not over yet", hint: "Stop it first, or wait until it has ended.",
                component: "Orchestrator")
    }
}
