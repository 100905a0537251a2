import BacalhauModel

/// Giving a job another specification: it keeps its identifier and history, and runs anew as the next version.
extension ControlState {
    mutating func update(
        _ id: JobID, to specification: Job, _ stored: StoredJob?, mayBeSame: Bool, evaluation: EvaluationID,
        token: String, _ changes: inout ChangeSet
    ) -> CommandOutcome {
        let present = jobs[id]
        guard let former = present?.job ?? stored?.job, let order = present?.order ?? stored?.order else {
            return .refused(ControlState.unfinished(id, isEnding: true))
        }
        if let refusal = refusal(of: specification, instead: former, mayBeSame: mayBeSame) { return refusal }
        var job = specification
        job.id = id
        job.version = former.version + 1
        job.state = former.state
        job.revision = former.revision
        job.createTime = former.createTime
        var scheduling = SchedulingRecord(evaluation: evaluation, startTime: now)
        scheduling.firstVersion = job.version
        if let present { replace(present, with: job, scheduling, &changes) }
        let live = present ?? admit(job, order: order, scheduling)
        if let stored { live.historyCount = stored.historyCount }
        changes.versions.append((order, former))
        if !token.isEmpty { changes.tokens.append((token, live.order, id, evaluation)) }
        live.isSchedulingChanged = true
        let event = Event(
            topic: .submission, message: "Job updated (version \(job.version))", timestamp: now,
            details: [Event.Detail.jobVersion: String(job.version)])
        setState(.pending, of: live, event: event, &changes, message: "")
        begin(live, &changes)
        return .submitted(id, evaluation)
    }

    private func refusal(of job: Job, instead former: Job, mayBeSame: Bool) -> CommandOutcome? {
        if let live = jobs[former.id] {
            if live.isOver { return .refused(ControlState.unfinished(former.id, isEnding: true)) }
        } else if let refusal = refusalOfWork() {
            return refusal
        }
        guard job.kind == former.kind else {
            return .refused(
                BacalhauError(
                    .conflict, "job \(former.id) is of type \(former.type) and cannot become one of type \(job.type)",
                    hint: "Submit it under another name.", component: "Orchestrator"))
        }
        guard mayBeSame || job.specification != former.specification else {
            return .refused(
                BacalhauError(
                    .conflict, "no changes detected for job \(former.id)",
                    hint: "Send Force to run it again as it is, or choose another name.", component: "Orchestrator"))
        }
        return nil
    }

    /// Ends what runs of a live job and forgets how far it was.
    private mutating func replace(
        _ live: LiveJob, with job: Job, _ scheduling: SchedulingRecord, _ changes: inout ChangeSet
    ) {
        leaveQueue(live)
        nodeWatchers.remove(live.id)
        for execution in live.active.values.sorted(by: { $0.id < $1.id }) where execution.desiredState.type != .stopped
        {
            requestStop(execution, of: live, because: "job has been updated", &changes)
        }
        requirements.release(live.requirement)
        live.begin(
            job, demand: demand(of: job), requirement: requirements.use(Requirement(job), nodes: nodes), scheduling)
    }
}

extension LiveJob {
    /// Starts over with another specification.
    fileprivate func begin(_ job: Job, demand: Room, requirement: Int, _ scheduling: SchedulingRecord) {
        self.job = job
        self.demand = demand
        self.requirement = requirement
        self.scheduling = scheduling
        ready = []
        pausing = [:]
        completedCount = 0
        targets = []
        failedTargets = [:]
        endedTargets = [:]
        completedTargets = []
        totalDue = nil
        hasStarted = false
    }
}
