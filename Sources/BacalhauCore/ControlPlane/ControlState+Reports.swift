import BacalhauModel

/// What nodes say of executions.
extension ControlState {
    /// Late, repeated and foreign reports change nothing: terminal states are final.
    mutating func handle(_ report: ExecutionReport, _ changes: inout ChangeSet) -> CommandOutcome {
        heard(of: report.nodeID)
        guard let live = jobOfExecution[report.executionID], var execution = live.active[report.executionID],
            execution.nodeID == report.nodeID
        else {
            refuseStray(report, &changes)
            return .done
        }
        let previous = execution.computeState.type
        execution.revision += 1
        switch report.content {
        case .accepted:
            guard previous == .new else { return .done }
            execution.computeState = StateOf(.bidAccepted, message: "Accepted job")
            setExecution(execution, of: live, from: previous, event: requestingNode("Accepted job"), &changes)
        case .refused(let reason, let isRetryable):
            execution.computeState = StateOf(.askForBidRejected, message: reason)
            execution.desiredState = StateOf(.stopped, message: "bid rejected")
            setExecution(execution, of: live, from: previous, event: requestingNode(reason), &changes)
            handleRefusal(of: execution, in: live, reason, isRetryable: isRetryable, &changes)
        case .completed(let output, let published):
            complete(&execution, of: live, output, published, &changes)
        case .failed(let event, let output, let cause):
            execution.computeState = StateOf(.failed, message: event.message)
            execution.desiredState = StateOf(.stopped, message: "execution failed")
            execution.runOutput = output
            setExecution(execution, of: live, from: previous, event: event, &changes)
            handleFailure(of: execution, in: live, cause: cause, event: event, &changes)
        case .cancelled(let output):
            let wasWanted = execution.desiredState.type != .stopped
            execution.computeState = StateOf(.cancelled, message: execution.desiredState.message)
            execution.desiredState = StateOf(.stopped, message: execution.desiredState.message)
            execution.runOutput = output
            setExecution(execution, of: live, from: previous, event: .empty, &changes)
            if wasWanted {
                let event = requestingNode("the node ended the execution")
                handleFailure(of: execution, in: live, cause: .infrastructure, event: event, &changes)
            }
        }
        retireIfOver(live, &changes)
        return .done
    }

    private func requestingNode(_ message: String) -> Event {
        Event(topic: .requestingNode, message: message, timestamp: now)
    }

    /// An execution that was given up, or never was, does not count; one that still runs is ended.
    private mutating func refuseStray(_ report: ExecutionReport, _ changes: inout ChangeSet) {
        if !report.isFinal {
            endStray(report.executionID, on: report.nodeID, &changes)
        } else if case .completed = report.content, let live = jobs[report.jobID], !live.isOver,
            live.unfence(report.executionID)
        {
            remark(
                Event(
                    topic: .scheduling,
                    message: "Late result of execution \(report.executionID.short) on node \(report.nodeID.short) "
                        + "does not count: the execution was given up",
                    timestamp: now), on: live, &changes)
        }
    }

    private mutating func handleRefusal(
        of execution: Execution, in live: LiveJob, _ reason: String, isRetryable: Bool, _ changes: inout ChangeSet
    ) {
        guard !live.isOver, live.isCurrent(execution) else { return }
        if isRetryable {
            handleFailure(of: execution, in: live, cause: .infrastructure, event: requestingNode(reason), &changes)
            return
        }
        refuse(live, on: execution.nodeID, because: reason, &changes)
        if live.isPerNode {
            finishOpsIfOver(live, &changes)
            return
        }
        live.ready.append(execution.partitionIndex)
        // Others of the job may wait; with the refusal it no longer fits the same nodes as its group.
        leaveQueue(live)
        placeReady(live, &changes)
    }

    private mutating func complete(
        _ execution: inout Execution, of live: LiveJob, _ output: RunResult, _ published: SpecConfig,
        _ changes: inout ChangeSet
    ) {
        let previous = execution.computeState.type
        execution.runOutput = output
        execution.publishedResult = published
        if live.kind.isLongRunning, execution.desiredState.type != .stopped {
            let event = Event(
                topic: .runningExecution, message: "execution completed unexpectedly", timestamp: now,
                details: [Event.Detail.isError: "true", Event.Detail.retryable: "true"])
            execution.computeState = StateOf(.failed, message: event.message)
            execution.desiredState = StateOf(.stopped, message: event.message)
            setExecution(execution, of: live, from: previous, event: event, &changes)
            handleFailure(of: execution, in: live, cause: .node, event: event, &changes)
            return
        }
        execution.computeState = StateOf(.completed, message: execution.computeState.message)
        execution.desiredState = StateOf(.stopped, message: "execution completed")
        if live.isCurrent(execution) { live.completedCount += 1 }
        setExecution(execution, of: live, from: previous, event: .empty, &changes)
        completeIfDone(live, &changes)
        finishOpsIfOver(live, &changes)
    }
}
