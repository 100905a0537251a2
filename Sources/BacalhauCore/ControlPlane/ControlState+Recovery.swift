import BacalhauModel
import BacalhauSupport

/// Rebuilding the state from what was stored.
extension ControlState {
    /// One unfinished job as it is stored.
    struct StoredJob: Sendable {
        var order: Int64
        var job: Job
        var executions: [Execution]
        var historyCount: Int
    }

    /// Takes up all unfinished work: nodes count as absent until they connect, the queue and the deadlines are rebuilt.
    mutating func restore(_ stored: [StoredJob], nodes known: [NodeState], nextOrder: Int64, at time: Timestamp) {
        now = max(time, stored.map(\.job.modifyTime).max() ?? .zero)
        self.nextOrder = nextOrder
        for var state in known {
            state.connection = .disconnected
            nodes[state.info.nodeID] = NodeRecord(state: state)
        }
        jobs.reserveCapacity(stored.count)
        for entry in stored { restore(entry) }
    }

    private mutating func restore(_ stored: StoredJob) {
        let evaluation = stored.executions.first?.evaluationID ?? EvaluationID(rawValue: "")
        var live = LiveJob(
            job: stored.job, order: stored.order, defaults: settings.defaultResources, evaluation: evaluation)
        live.historyCount = stored.historyCount
        for execution in stored.executions {
            switch execution.computeState.type {
            case .completed: live.completedCount += 1
            case .failed: live.failureCount += 1
            case let type where !type.isTerminal:
                live.active[execution.id] = execution
                jobOfExecution[execution.id] = stored.job.id
                nodes[execution.nodeID]?.reserved += live.demand
                nodes[execution.nodeID]?.executionCount += 1
            default: break
            }
        }
        guard !live.job.state.type.isTerminal || !live.active.isEmpty else { return }
        jobs[live.job.id] = live
        let timeouts = live.job.task.timeouts
        if timeouts.total > 0 { arm(.total, for: live.job.id, at: live.job.createTime + .seconds(timeouts.total)) }
        if timeouts.queue > 0 { arm(.queue, for: live.job.id, at: live.job.createTime + .seconds(timeouts.queue)) }
        enqueue(live.job.id)
    }
}
