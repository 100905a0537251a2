import BacalhauModel

@testable import BacalhauCore

/// What is on the disk of the simulated orchestrator.
protocol SimulatedStore: AnyObject {
    func commit(_ changes: ChangeSet) throws
    func load() throws -> JobStoreWriter.Stored
    func job(_ id: JobID) throws -> StoredJob?
    func submission(token: String) throws -> (JobID, EvaluationID)?
}

/// A disk in memory: fast, and suspicious of what is written to it.
final class ModelStore: SimulatedStore {
    private struct Row {
        var order: Int64
        var job: Job
        var scheduling: SchedulingRecord?
        var isLive: Bool
    }

    /// What should never have been written.
    private(set) var violations: [String] = []
    private var rows: [JobID: Row] = [:]
    private var executions: [Int64: [ExecutionID: Execution]] = [:]
    private var history: [Int64: [HistoryItem]] = [:]
    private var nodes: [NodeID: NodeState] = [:]
    private var tokens: [String: (JobID, EvaluationID)] = [:]

    func commit(_ changes: ChangeSet) {
        for change in changes.jobs.values {
            check(change)
            let scheduling = change.scheduling ?? rows[change.job.id]?.scheduling
            rows[change.job.id] = Row(
                order: change.order, job: change.job, scheduling: scheduling, isLive: !change.isRetired)
        }
        for order in changes.retired {
            if let id = rows.first(where: { $0.value.order == order })?.key { rows[id]?.isLive = false }
        }
        for (order, execution) in changes.executions.values {
            if let former = executions[order]?[execution.id], former.computeState.type.isTerminal {
                violations.append("execution \(execution.id) was changed after its end")
            }
            executions[order, default: [:]][execution.id] = execution
        }
        for (order, index, item) in changes.history {
            if index != history[order, default: []].count { violations.append("history of \(item.jobID) has a gap") }
            history[order, default: []].append(item)
        }
        nodes.merge(changes.nodes) { $1 }
        for id in changes.removedNodes { nodes[id] = nil }
        for entry in changes.tokens { tokens[entry.token] = (entry.job, entry.evaluation) }
    }

    private func check(_ change: ChangeSet.JobChange) {
        guard let former = rows[change.job.id] else { return }
        if former.job.state.type.isTerminal, former.job.version == change.job.version, former.job != change.job {
            violations.append("job \(change.job.id) was changed after its end")
        }
        if change.job.revision <= former.job.revision, former.job != change.job {
            violations.append("job \(change.job.id) was changed without a new revision")
        }
    }

    func load() -> JobStoreWriter.Stored {
        var stored = JobStoreWriter.Stored()
        for row in rows.values.filter(\.isLive).sorted(by: { $0.order < $1.order }) { stored.jobs.append(entry(row)) }
        stored.nodes = nodes.values.sorted { $0.info.nodeID < $1.info.nodeID }
        stored.nextOrder = (rows.values.map(\.order).max() ?? 0) + 1
        return stored
    }

    private func entry(_ row: Row) -> StoredJob {
        StoredJob(
            order: row.order, job: row.job,
            executions: (executions[row.order] ?? [:]).values.sorted { $0.id < $1.id },
            historyCount: history[row.order]?.count ?? 0, scheduling: row.scheduling)
    }

    func job(_ id: JobID) -> StoredJob? { rows[id].map(entry) }
    func submission(token: String) -> (JobID, EvaluationID)? { tokens[token] }

    func history(of id: JobID) -> [HistoryItem] { rows[id].flatMap { history[$0.order] } ?? [] }
}
