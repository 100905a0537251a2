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
            if !changes.versions.isEmpty { try writeVersions(changes) }
            try writeNodes(changes)
            let token = try connection.statement(
                "INSERT OR IGNORE INTO tokens(token,job,evaluation,ord) VALUES(?,?,?,?)")
            for entry in changes.tokens {
                try token.run([
                    .text(entry.token), .text(entry.job.rawValue), .text(entry.evaluation.rawValue),
                    .integer(entry.order),
                ])
            }
        }
    }

    private func writeJobs(_ changes: ChangeSet) throws(SQLiteError) {
        // What scheduling remembers stays unless it changed.
        let job = try connection.statement(
            """
            INSERT INTO jobs(ord,id,namespace,live,finished,modified,body,scheduling,name) VALUES(?,?,?,?,?,?,?,?,?)
            ON CONFLICT(ord) DO UPDATE SET live=excluded.live, finished=excluded.finished, modified=excluded.modified,
                body=excluded.body, scheduling=COALESCE(excluded.scheduling, scheduling)
            """)
        for change in changes.jobs.values {
            let modified = SQLiteStatement.Value.integer(change.job.modifyTime.nanoseconds)
            try job.run([
                .integer(change.order), .text(change.job.id.rawValue), .text(change.job.namespace),
                .integer(change.isRetired ? 0 : 1), change.isRetired ? modified : .null, modified,
                .blob(change.job.json), change.scheduling.map { .blob($0.json) } ?? .null,
                change.job.name == change.job.id.rawValue ? .null : .text(change.job.name),
            ])
        }
        let retire = try connection.statement("UPDATE jobs SET live=0, finished=modified WHERE ord=?")
        for order in changes.retired { try retire.run([.integer(order)]) }
    }

    private func writeVersions(_ changes: ChangeSet) throws(SQLiteError) {
        let version = try connection.statement("INSERT OR REPLACE INTO versions(ord,version,body) VALUES(?,?,?)")
        for (order, job) in changes.versions {
            try version.run([.integer(order), .integer(Int64(clamping: job.version)), .blob(job.json)])
        }
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

    /// Whether a job of this identifier is stored, over or not.
    func hasJob(_ id: JobID) throws(SQLiteError) -> Bool {
        try connection.integer("SELECT COUNT(*) FROM jobs WHERE id=?", [.text(id.rawValue)]) > 0
    }
}
