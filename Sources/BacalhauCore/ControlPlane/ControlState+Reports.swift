import BacalhauModel

/// What nodes say of executions.
extension ControlState {
    /// Late, repeated and foreign reports change nothing: terminal states are final.
    mutating func handle(_ report: ExecutionReport, _ changes: inout ChangeSet) -> CommandOutcome {
        guard let jobID = jobOfExecution[report.executionID], var execution = jobs[jobID]?.active[report.executionID],
            execution.nodeID == report.nodeID
        else { return .done }
        let previous = execution.computeState.type
        execution.revision += 1
        switch report.content {
        case .accepted:
            guard previous == .new else { return .done }
            execution.computeState = StateOf(.bidAccepted, message: "Accepted job")
            setExecution(execution, from: previous, event: requestingNode("Accepted job"), &changes)
        case .refused(let reason, let isRetryable):
            execution.computeState = StateOf(.askForBidRejected, message: reason)
            execution.desiredState = StateOf(.stopped, message: "bid rejected")
            setExecution(execution, from: previous, event: requestingNode(reason), &changes)
            if isRetryable {
                retry(jobID, after: Event(topic: .requestingNode, message: reason, timestamp: now), &changes)
            } else {
                jobs[jobID]?.refusals[report.nodeID] = reason
                enqueue(jobID)
            }
        case .completed(let output, let published):
            execution.computeState = StateOf(.completed, message: execution.computeState.message)
            execution.desiredState = StateOf(.stopped, message: "execution completed")
            execution.runOutput = output
            execution.publishedResult = published
            jobs[jobID]?.completedCount += 1
            setExecution(execution, from: previous, event: .empty, &changes)
            completeIfDone(jobID, &changes)
        case .failed(let event, let output, let isRetryable):
            execution.computeState = StateOf(.failed, message: event.message)
            execution.desiredState = StateOf(.stopped, message: "execution failed")
            execution.runOutput = output
            setExecution(execution, from: previous, event: event, &changes)
            handleFailure(of: jobID, event: event, isRetryable: isRetryable, &changes)
        case .cancelled(let output):
            let wasWanted = execution.desiredState.type != .stopped
            execution.computeState = StateOf(.cancelled, message: execution.desiredState.message)
            execution.desiredState = StateOf(.stopped, message: execution.desiredState.message)
            execution.runOutput = output
            setExecution(execution, from: previous, event: .empty, &changes)
            if wasWanted { retry(jobID, after: requestingNode("the node ended the execution"), &changes) }
        }
        retireIfOver(jobID, &changes)
        return .done
    }

    private func requestingNode(_ message: String) -> Event {
        Event(topic: .requestingNode, message: message, timestamp: now)
    }

    private mutating func handleFailure(of id: JobID, event: Event, isRetryable: Bool, _ changes: inout ChangeSet) {
        if isRetryable {
            retry(id, after: event, &changes)
        } else if let live = jobs[id], !live.job.state.type.isTerminal {
            fail(id, event, &changes)
        }
    }

    /// Puts a job back into the queue after a pause, or gives it up when it was tried often enough.
    mutating func retry(_ id: JobID, after event: Event, _ changes: inout ChangeSet) {
        guard var live = jobs[id], !live.job.state.type.isTerminal else { return }
        live.failureCount += 1
        guard live.failureCount <= settings.retryCountMax else {
            var last = event
            last.message += " (tried \(live.failureCount) times)"
            fail(id, last, &changes)
            return
        }
        let pause = settings.retryPause * (1 << min(16, live.failureCount - 1))
        live.notBefore = now + pause
        jobs[id] = live
        dequeue(id)
        arm(.retry, for: id, at: now + pause)
    }
}
