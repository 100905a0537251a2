import BacalhauModel
import BacalhauSupport

/// Writes what the control plane changed, reads it back at start, and lets old rows go. Belongs to the control loop's thread.
final class JobStoreWriter {
    let connection: SQLiteConnection

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
}
