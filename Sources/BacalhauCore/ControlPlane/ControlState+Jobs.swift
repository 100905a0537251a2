import BacalhauModel
import BacalhauSupport

/// Submission, stop and the ends of jobs.
extension ControlState {
    mutating func submit(_ submitted: Job, evaluation: EvaluationID, token: String, _ changes: inout ChangeSet)
        -> CommandOutcome
    {
        guard jobs.count < settings.liveJobCountMax else {
            return .refused(
                BacalhauError(
                    .exhausted, "the queue is full: \(jobs.count) jobs are unfinished",
                    hint: "Submit again when some have ended.", isRetryable: true, component: "Orchestrator"))
        }
        guard jobs[submitted.id] == nil else {
            return .refused(BacalhauError(.conflict, "job \(submitted.id) exists already", component: "Orchestrator"))
        }
        var job = submitted
        job.state = StateOf(.pending)
        job.revision = 1
        job.createTime = now
        job.modifyTime = now
        let live = LiveJob(job: job, order: nextOrder, defaults: settings.defaultResources, evaluation: evaluation)
        nextOrder += 1
        jobs[job.id] = live
        changes.jobs[job.id] = (live.order, job)
        if !token.isEmpty { changes.tokens.append((token, job.id, evaluation)) }
        record(
            HistoryItem(
                level: .job, jobID: job.id, jobState: StateChange(.pending, .pending), newRevision: 1,
                event: Event(topic: .submission, message: "Job submitted", timestamp: now), time: now), &changes)
        let timeouts = job.task.timeouts
        if timeouts.total > 0 { arm(.total, for: job.id, at: now + .seconds(timeouts.total)) }
        if timeouts.queue > 0 { arm(.queue, for: job.id, at: now + .seconds(timeouts.queue)) }
        enqueue(job.id)
        if live.missingCount == 0 { completeIfDone(job.id, &changes) }
        return .submitted(job.id, evaluation)
    }

    mutating func stop(_ id: JobID, reason: String, evaluation: EvaluationID, _ changes: inout ChangeSet)
        -> CommandOutcome
    {
        guard let live = jobs[id] else {
            return .refused(BacalhauError(.notFound, "Job not found. ID: \(id)", component: "Orchestrator"))
        }
        guard !live.job.state.type.isTerminal else {
            if live.job.state.type == .stopped { return .stopped(nil) }
            return .refused(
                BacalhauError(
                    .conflict, "job \(id) is \(live.job.state.type.rawValue) and cannot be stopped",
                    component: "Orchestrator"))
        }
        let event = Event(
            topic: .scheduling, message: "Job requested to stop before completion", timestamp: now,
            details: reason.isEmpty ? [:] : [Event.Detail.reason: reason])
        setState(.stopped, of: id, event: event, changes: &changes, because: "job has been stopped")
        return .stopped(evaluation)
    }

    /// Ends a job and tells its executions to stop.
    private mutating func setState(
        _ type: JobStateType, of id: JobID, event: Event, changes: inout ChangeSet, because: String
    ) {
        setState(type, of: id, event: event, &changes)
        dequeue(id)
        for execution in (jobs[id]?.active.values).map(Array.init) ?? [] where execution.desiredState.type != .stopped {
            var changed = execution
            changed.revision += 1
            changed.desiredState = StateOf(.stopped, message: because)
            let notice = Event(
                topic: .scheduling, message: "Execution stop requested because \(because)", timestamp: now)
            setExecution(changed, from: changed.computeState.type, event: notice, &changes)
            changes.messages.append((changed.nodeID, .stop(changed.id, reason: because)))
        }
        retireIfOver(id, &changes)
    }

    mutating func fail(_ id: JobID, _ event: Event, _ changes: inout ChangeSet) {
        setState(.failed, of: id, event: event, changes: &changes, because: "job has failed")
    }

    mutating func completeIfDone(_ id: JobID, _ changes: inout ChangeSet) {
        guard let live = jobs[id], !live.job.state.type.isTerminal, live.completedCount >= live.job.count else {
            return
        }
        setState(.completed, of: id, event: .empty, changes: &changes, because: "there are more executions than needed")
    }

    mutating func expireTotal(_ id: JobID, _ changes: inout ChangeSet) {
        guard let live = jobs[id] else { return }
        let message =
            "Job timed out. Job took longer than \(DurationText.goStyle(seconds: live.job.task.timeouts.total))"
        fail(
            id,
            Event(
                topic: .jobTimeout, message: message, timestamp: now,
                details: [
                    Event.Detail.isError: "true", Event.Detail.failsExecution: "true",
                    Event.Detail.hint: "Increase the task's total timeout, or the resources it asks for.",
                ]), &changes)
    }

    mutating func expireQueue(_ id: JobID, _ changes: inout ChangeSet) {
        guard let live = jobs[id] else { return }
        var message = live.job.state.message
        if message.isEmpty { message = "no node had room for the job" }
        fail(
            id,
            Event(
                topic: .scheduling,
                message: "\(message) (waited \(DurationText.goStyle(seconds: live.job.task.timeouts.queue)))",
                timestamp: now,
                details: [Event.Detail.isError: "true"]), &changes)
    }
}
