import BacalhauModel
import BacalhauSupport

/// Writes what the control plane changed, and reads it back at start. Belongs to the control loop's thread.
final class JobStoreWriter {
    private let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) { self.connection = connection }

    /// Writes all changes or none; they are on disk when this returns.
    func commit(_ changes: ChangeSet) throws(SQLiteError) {
        try connection.transaction { () throws(SQLiteError) in
            try writeJobs(changes)
            let execution = try connection.statement(
                "INSERT INTO executions(ord,id,body) VALUES(?,?,?) ON CONFLICT(ord,id) DO UPDATE SET body=excluded.body"
            )
            for (order, value) in changes.executions.values {
                try execution.run([.integer(order), .text(value.id.rawValue), .blob(value.json)])
            }
            let history = try connection.statement("INSERT INTO history(ord,idx,body) VALUES(?,?,?)")
            for (order, index, item) in changes.history {
                try history.run([.integer(order), .integer(Int64(index)), .blob(item.json)])
            }
            try writeNodes(changes)
            let token = try connection.statement(
                "INSERT OR IGNORE INTO tokens(token,job,evaluation,ord) VALUES(?,?,?,?)")
            for entry in changes.tokens {
                // A token comes with its job; it goes with it, too.
                let order = changes.jobs[entry.job].map { SQLiteStatement.Value.integer($0.order) } ?? .null
                try token.run([
                    .text(entry.token), .text(entry.job.rawValue), .text(entry.evaluation.rawValue), order,
                ])
            }
        }
    }

    private func writeJobs(_ changes: ChangeSet) throws(SQLiteError) {
        let job = try connection.statement(
            """
            INSERT INTO jobs(ord,id,namespace,live,modified,body) VALUES(?,?,?,1,?,?)
            ON CONFLICT(ord) DO UPDATE SET modified=excluded.modified, body=excluded.body
            """)
        for (order, value) in changes.jobs.values {
            try job.run([
                .integer(order), .text(value.id.rawValue), .text(value.namespace),
                .integer(value.modifyTime.nanoseconds), .blob(value.json),
            ])
        }
        let retire = try connection.statement("UPDATE jobs SET live=0, finished=modified WHERE ord=?")
        for order in changes.retired { try retire.run([.integer(order)]) }
    }

    private func writeNodes(_ changes: ChangeSet) throws(SQLiteError) {
        let node = try connection.statement(
            "INSERT INTO nodes(id,body) VALUES(?,?) ON CONFLICT(id) DO UPDATE SET body=excluded.body")
        for (id, state) in changes.nodes { try node.run([.text(id.rawValue), .blob(state.json)]) }
        let removal = try connection.statement("DELETE FROM nodes WHERE id=?")
        for id in changes.removedNodes { try removal.run([.text(id.rawValue)]) }
    }

    /// The job that an earlier submission with this token made.
    func submission(token: String) throws(SQLiteError) -> (JobID, EvaluationID)? {
        var found: (JobID, EvaluationID)?
        try connection.statement("SELECT job,evaluation FROM tokens WHERE token=?").run([.text(token)]) { row in
            found = (JobID(rawValue: row.text(0)), EvaluationID(rawValue: row.text(1)))
            return false
        }
        return found
    }

    /// What is not over, to start from.
    struct Stored: Sendable {
        var jobs: [ControlState.StoredJob] = []
        var nodes: [NodeState] = []
        var nextOrder: Int64 = 1
    }

    /// Reads all that is not over.
    ///
    /// - Throws: also when a row cannot be understood: going on without it would lose a job unnoticed.
    func load() throws(SQLiteError) -> Stored {
        var stored = Stored()
        var unreadable: String?
        func read<Value: WireDecodable>(_ what: String, _ body: [UInt8]) -> Value? {
            do throws(DocumentError) { return try Value(json: body) } catch {
                unreadable = "the stored \(what) cannot be read: \(error)"
                return nil
            }
        }
        try connection.statement("SELECT ord,body FROM jobs WHERE live=1 ORDER BY ord").run { row in
            guard let job: Job = read("job \(row.integer(0))", row.blob(1)) else { return false }
            stored.jobs.append(
                ControlState.StoredJob(order: row.integer(0), job: job, executions: [], historyCount: 0))
            return true
        }
        for index in stored.jobs.indices {
            let order = stored.jobs[index].order
            let executions = try connection.statement("SELECT body FROM executions WHERE ord=? ORDER BY id")
            try executions.run([.integer(order)]) { row in
                guard let execution: Execution = read("execution of job \(order)", row.blob(0)) else { return false }
                stored.jobs[index].executions.append(execution)
                return true
            }
            let history = try connection.statement("SELECT COALESCE(MAX(idx)+1,0) FROM history WHERE ord=?")
            try history.run([.integer(order)]) { row in
                stored.jobs[index].historyCount = Int(row.integer(0))
                return true
            }
        }
        try connection.statement("SELECT body FROM nodes").run { row in
            guard let node: NodeState = read("node", row.blob(0)) else { return false }
            stored.nodes.append(node)
            return true
        }
        try connection.statement("SELECT COALESCE(MAX(ord),0)+1 FROM jobs").run { row in
            stored.nextOrder = row.integer(0)
            return true
        }
        if let unreadable { throw SQLiteError(code: SQLiteError.corrupt, message: unreadable) }
        return stored
    }
}
