import BacalhauModel

@testable import BacalhauCore

/// The real store beside the model of it: what it gives back must be what the model says.
final class StoreOnDisk: SimulatedStore {
    let model = ModelStore()
    private(set) var violations: [String] = []
    private let writer: JobStoreWriter

    init(directory: String) throws {
        writer = try JobStore(path: directory + "/jobs.db").makeWriter()
    }

    func commit(_ changes: ChangeSet) throws {
        try writer.commit(changes)
        model.commit(changes)
    }

    func load() throws -> JobStoreWriter.Stored {
        let stored = try writer.load()
        let expected = model.load()
        if stored.jobs.map(\.job) != expected.jobs.map(\.job) { violations.append("other jobs were read than written") }
        if stored.jobs.map(\.executions) != expected.jobs.map(\.executions) {
            violations.append("other executions were read than written")
        }
        if stored.jobs.map(\.scheduling) != expected.jobs.map(\.scheduling) {
            violations.append("other scheduling facts were read than written")
        }
        if stored.jobs.map(\.historyCount) != expected.jobs.map(\.historyCount) {
            violations.append("another history was read than written")
        }
        return stored
    }

    func job(_ id: JobID) throws -> StoredJob? { try writer.job(id) }
    func submission(token: String) throws -> (JobID, EvaluationID)? { try writer.submission(token: token) }
}
