import BacalhauModel
import BacalhauSupport

/// Remembers on disk which executions this node took, how far they are, and what it has not yet reported.
///
/// Writes gather on a thread of their own and share disk syncs.
final class ComputeStore: Sendable {
    /// How far an execution is, as far as a restart has to know.
    enum Phase: Int64, Sendable {
        /// Taken; nothing of it runs.
        case accepted = 0
        /// Its workload may run.
        case started = 1
        /// It is over; the report waits to be acknowledged.
        case ended = 2
    }

    /// One stored execution.
    struct Record: Sendable {
        var execution: Execution
        var job: Job
        var phase: Phase
        var report: ExecutionReport?
    }

    private enum Write: Sendable {
        case put(Record)
        case phase(ExecutionID, Phase, ExecutionReport?)
        case delete(ExecutionID)
    }

    private struct Item: Sendable {
        let write: Write
        let reply: CheckedContinuation<SQLiteError?, Never>?
    }

    private let queue = BatchQueue<Item>(countMax: 1_000_000)
    private let thread: DedicatedThread
    private let path: String

    /// Opens or creates the database file.
    init(path: String) throws(BacalhauError) {
        self.path = path
        let queue = queue
        do throws(SQLiteError) {
            let connection = try SQLiteConnection(path: path)
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS executions(id TEXT PRIMARY KEY, phase INTEGER NOT NULL, "
                    + "execution BLOB NOT NULL, job BLOB NOT NULL, report BLOB) WITHOUT ROWID")
        } catch {
            throw JobStore.failure(error)
        }
        do {
            thread = try DedicatedThread(name: "compute-store") { ComputeStore.run(queue, path: path) }
        } catch {
            throw BacalhauError(.internal, "\(error)", component: "ComputeStore")
        }
    }

    func close() {
        queue.close()
        thread.join()
    }

    /// All executions that were not over and reported when the node last ran.
    func load() throws(BacalhauError) -> [Record] {
        var records: [Record] = []
        do throws(SQLiteError) {
            let connection = try SQLiteConnection(path: path, isReadOnly: true)
            try connection.statement("SELECT phase,execution,job,report FROM executions ORDER BY id").run { row in
                let report = row.blob(3)
                if let phase = Phase(rawValue: row.integer(0)), let execution = try? Execution(json: row.blob(1)),
                    let job = try? Job(json: row.blob(2))
                {
                    records.append(
                        Record(
                            execution: execution, job: job, phase: phase,
                            report: report.isEmpty ? nil : try? ExecutionReport(json: report)))
                }
                return true
            }
        } catch {
            throw JobStore.failure(error)
        }
        return records
    }

    /// The executions that are not over, or whose end the orchestrator does not know yet.
    func held() throws(BacalhauError) -> Set<ExecutionID> {
        var ids: Set<ExecutionID> = []
        do throws(SQLiteError) {
            let connection = try SQLiteConnection(path: path, isReadOnly: true)
            try connection.statement("SELECT id FROM executions").run { row in
                ids.insert(ExecutionID(rawValue: row.text(0)))
                return true
            }
        } catch {
            throw JobStore.failure(error)
        }
        return ids
    }

    /// Stores a new execution; it is on disk when this returns.
    func put(_ record: Record) async throws(BacalhauError) { try await write(.put(record)) }

    /// Stores how far an execution is; it is on disk when this returns.
    func setPhase(_ phase: Phase, of id: ExecutionID) async throws(BacalhauError) {
        try await write(.phase(id, phase, nil))
    }

    /// Stores the last word on an execution soon; losing it to a crash leads to a report of failure instead.
    func end(_ id: ExecutionID, with report: ExecutionReport) {
        _ = queue.offer(Item(write: .phase(id, .ended, report), reply: nil))
    }

    /// Forgets an execution soon.
    func delete(_ id: ExecutionID) { _ = queue.offer(Item(write: .delete(id), reply: nil)) }

    private func write(_ write: Write) async throws(BacalhauError) {
        let failure = await withCheckedContinuation { reply in
            if queue.offer(Item(write: write, reply: reply)) != .taken {
                reply.resume(returning: SQLiteError(code: 21, message: "the store is closed"))
            }
        }
        if let failure { throw JobStore.failure(failure) }
    }

    private static func run(_ queue: BatchQueue<Item>, path: String) {
        guard let connection = try? SQLiteConnection(path: path) else {
            queue.close()
            return
        }
        while let batch = queue.take(timeout: nil) {
            var failure: SQLiteError?
            do {
                try connection.transaction { () throws(SQLiteError) in
                    for item in batch { try perform(item.write, on: connection) }
                }
            } catch {
                failure = error
            }
            for item in batch { item.reply?.resume(returning: failure) }
        }
    }

    private static func perform(_ write: Write, on connection: SQLiteConnection) throws(SQLiteError) {
        switch write {
        case .put(let record):
            try connection.statement(
                "INSERT OR REPLACE INTO executions(id,phase,execution,job,report) VALUES(?,?,?,?,NULL)"
            )
            .run([
                .text(record.execution.id.rawValue), .integer(record.phase.rawValue), .blob(record.execution.json),
                .blob(record.job.json),
            ])
        case .phase(let id, let phase, let report):
            try connection.statement("UPDATE executions SET phase=?, report=? WHERE id=?").run([
                .integer(phase.rawValue), report.map { .blob($0.json) } ?? .null, .text(id.rawValue),
            ])
        case .delete(let id):
            try connection.statement("DELETE FROM executions WHERE id=?").run([.text(id.rawValue)])
        }
    }
}
