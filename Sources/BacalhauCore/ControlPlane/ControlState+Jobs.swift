import BacalhauModel
import BacalhauSupport

/// Submission, stop and the ends of jobs.
extension ControlState {
    mutating func submit(_ submitted: Job, evaluation: EvaluationID, token: String, _ changes: inout ChangeSet)
        -> CommandOutcome
    {
        if let refusal = refusalOfWork() { return refusal }
        guard jobs[submitted.id] == nil else { return .refused(ControlState.existsAlready(submitted.id)) }
        var job = submitted
        job.state = StateOf(.pending)
        job.revision = 1
        job.createTime = now
        job.modifyTime = now
        let live = admit(job, order: nextOrder, SchedulingRecord(evaluation: evaluation, startTime: now))
        nextOrder += 1
        live.isSchedulingChanged = true
        store(live, &changes)
        if !token.isEmpty { changes.tokens.append((token, live.order, job.id, evaluation)) }
        record(
            HistoryItem(
                level: .job, jobID: job.id, jobState: StateChange(.pending, .pending), newRevision: 1,
                event: Event(topic: .submission, message: "Job submitted", timestamp: now), time: now), of: live,
            &changes)
        begin(live, &changes)
        return .submitted(job.id, evaluation)
    }

    static func existsAlready(_ id: JobID) -> BacalhauError {
        BacalhauError(
            .conflict, "job \(id) exists already", hint: "Choose another identifier, or leave it out to get one.",
            component: "Orchestrator")
    }

    /// Why nothing more can be taken now.
    func refusalOfWork() -> CommandOutcome? {
        guard jobs.count >= settings.liveJobCountMax else { return nil }
        return .refused(
            BacalhauError(
                .exhausted, "the queue is full: \(jobs.count) jobs are unfinished",
                hint: "Submit again when some have ended.", isRetryable: true, component: "Orchestrator"))
    }

    /// Takes a job into memory.
    mutating func admit(_ job: Job, order: Int64, _ scheduling: SchedulingRecord) -> LiveJob {
        let live = LiveJob(
            job: job, order: order, demand: demand(of: job),
            requirement: requirements.use(Requirement(job), nodes: nodes), scheduling: scheduling)
        jobs[job.id] = live
        return live
    }

    /// What one execution of a job takes.
    func demand(of job: Job) -> Room {
        Room((try? job.task.resources.resolved(fallback: settings.defaultResources)) ?? settings.defaultResources)
    }

    /// Starts the clocks of a job and places what can be placed.
    mutating func begin(_ live: LiveJob, _ changes: inout ChangeSet) {
        armTotal(live)
        if live.isPerNode {
            placeOnNodes(live, &changes)
        } else {
            live.ready = live.partitions.reversed()
            placeReady(live, &changes)
            completeIfDone(live, &changes)
        }
    }

    mutating func armTotal(_ live: LiveJob) {
        let total = live.job.task.timeouts.total
        guard total > 0 else { return }
        let spent = max(.zero, now.duration(since: live.scheduling.startTime))
        let due = uptime &+ max(0, (.seconds(total) - spent).wholeNanoseconds)
        live.totalDue = due
        arm(.total(live.id), at: due)
    }

    mutating func stop(_ id: JobID, reason: String, evaluation: EvaluationID, _ changes: inout ChangeSet)
        -> CommandOutcome
    {
        guard let live = jobs[id] else {
            return .refused(BacalhauError(.notFound, "Job not found. ID: \(id)", component: "Orchestrator"))
        }
        guard !live.isOver else {
            if live.job.state.type == .stopped { return .stopped(nil) }
            return .refused(
                BacalhauError(
                    .conflict, "job \(id) is \(live.job.state.type.rawValue) and cannot be stopped",
                    component: "Orchestrator"))
        }
        let event = Event(
            topic: .scheduling, message: "Job requested to stop before completion", timestamp: now,
            details: reason.isEmpty ? [:] : [Event.Detail.reason: reason])
        end(live, as: .stopped, event, because: "job has been stopped", &changes)
        return .stopped(evaluation)
    }

    /// Ends a job and tells its executions to stop.
    mutating func end(
        _ live: LiveJob, as type: JobStateType, _ event: Event, because: String, _ changes: inout ChangeSet
    ) {
        setState(type, of: live, event: event, &changes)
        leaveQueue(live)
        nodeWatchers.remove(live.id)
        live.ready = []
        live.pausing = [:]
        for execution in live.active.values.sorted(by: { $0.id < $1.id }) where execution.desiredState.type != .stopped
        {
            requestStop(execution, of: live, because: because, &changes)
        }
        retireIfOver(live, &changes)
    }

    /// Asks a node to end an execution; one that was never sent to its node just ends.
    mutating func requestStop(
        _ execution: Execution, of live: LiveJob, because: String, _ changes: inout ChangeSet
    ) {
        var changed = execution
        let wasSent = execution.desiredState.type == .running
        changed.revision += 1
        changed.desiredState = StateOf(.stopped, message: because)
        if !wasSent { changed.computeState = StateOf(.cancelled, message: because) }
        let notice = Event(topic: .scheduling, message: "Execution stop requested because \(because)", timestamp: now)
        setExecution(changed, of: live, from: execution.computeState.type, event: notice, &changes)
        if wasSent { send(.stop(changed.id, reason: because), about: changed, to: changed.nodeID, &changes) }
    }

    mutating func fail(_ live: LiveJob, _ event: Event, _ changes: inout ChangeSet) {
        end(live, as: .failed, event, because: "job has failed", &changes)
    }

    mutating func completeIfDone(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard live.kind == .batch, !live.isOver, live.completedCount >= live.job.count else { return }
        end(live, as: .completed, .empty, because: "there are more executions than needed", &changes)
    }

    mutating func expireTotal(_ id: JobID, _ changes: inout ChangeSet) {
        // A rerun of the job may have armed a later deadline.
        guard let live = jobs[id], !live.isOver, let due = live.totalDue, due <= uptime else { return }
        let message =
            "Job timed out. Job took longer than \(DurationText.goStyle(seconds: live.job.task.timeouts.total))"
        fail(
            live,
            Event(
                topic: .jobTimeout, message: message, timestamp: now,
                details: [
                    Event.Detail.isError: "true", Event.Detail.failsExecution: "true",
                    Event.Detail.hint: "Increase the task's total timeout, or the resources it asks for.",
                ]), &changes)
    }
}
