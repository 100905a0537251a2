import BacalhauModel
import BacalhauTestSupport

@testable import BacalhauCore

/// A job store in a folder of its own, with jobs that are written without a control plane.
final class JobStoreFixture {
    let folder: String
    let store: JobStore
    let writer: JobStoreWriter

    init() throws {
        folder = try TestPlaces.makeDirectory()
        store = try JobStore(path: folder + "/db")
        writer = try store.makeWriter()
    }

    deinit { TestPlaces.remove(folder) }

    static func job(_ name: String, _ state: JobStateType = .queued, modified: Int64 = 0) -> Job {
        var job = Job(
            id: JobID(rawValue: "j-\(name)"), name: name, tasks: [Job.Task(engine: Engine(type: "noop"))])
        job.state = StateOf(state)
        job.modifyTime = Timestamp(nanoseconds: modified)
        return job
    }

    static func execution(_ name: String, of job: Job) -> Execution {
        Execution(
            id: ExecutionID(rawValue: "e-\(name)"), namespace: "default", evaluationID: EvaluationID(rawValue: "v-1"),
            nodeID: NodeID(rawValue: "n-1"), jobID: job.id, createTime: .zero)
    }

    /// Writes a job with its executions, `historyCount` history items, and a token of its name.
    func put(_ job: Job, order: Int64, executions: [Execution] = [], historyCount: Int = 1) throws {
        var changes = ChangeSet()
        changes.jobs[job.id] = ChangeSet.JobChange(order: order, job: job)
        for execution in executions { changes.executions[execution.id] = (order, execution) }
        for index in 0..<historyCount {
            let item = HistoryItem(
                level: .job, jobID: job.id, jobState: StateChange(.pending, .queued), newRevision: 1, event: .empty,
                time: .zero)
            changes.history.append((order, index, item))
        }
        changes.tokens.append(("t-\(job.name)", order, job.id, EvaluationID(rawValue: "v-1")))
        if job.state.type.isTerminal { changes.retired.append(order) }
        try writer.commit(changes)
    }

    /// The names of all stored jobs in the order of submission.
    var names: [String] {
        get throws { try store.jobs(JobStore.JobListQuery()).bodies.map { try Job(json: $0).name } }
    }
}
