import BacalhauModel
import BacalhauSupport

/// Reading back at start.
extension JobStoreWriter {
    /// What is not over, to start from.
    struct Stored: Sendable {
        var jobs: [StoredJob] = []
        var nodes: [NodeState] = []
        var nextOrder: Int64 = 1
    }

    /// Reads all that is not over, in two ordered passes: however many jobs wait, there is no query for each of them.
    ///
    /// - Throws: also when a row cannot be understood: going on without it would lose a job unnoticed.
    func load() throws(SQLiteError) -> Stored {
        var stored = Stored()
        var pool = SharedValues()
        try loadJobs(&stored, &pool)
        try loadExecutions(&stored, &pool)
        try each("SELECT body FROM nodes") { row throws(SQLiteError) in
            stored.nodes.append(try JobStoreWriter.decode("node", row.blob(0)))
        }
        stored.nextOrder = try connection.integer("SELECT COALESCE(MAX(ord),0)+1 FROM jobs")
        return stored
    }

    private func loadJobs(_ stored: inout Stored, _ pool: inout SharedValues) throws(SQLiteError) {
        stored.jobs.reserveCapacity(Int(try connection.integer("SELECT COUNT(*) FROM jobs WHERE live=1")))
        let sql = """
            SELECT ord, body, (SELECT COALESCE(MAX(idx)+1,0) FROM history WHERE history.ord=jobs.ord), scheduling
            FROM jobs WHERE live=1 ORDER BY ord
            """
        try each(sql) { row throws(SQLiteError) in
            let body = row.blob(1)
            var entry = try JobStoreWriter.job(row, body: body)
            pool.share(in: &entry.job, from: body)
            stored.jobs.append(entry)
        }
    }

    private func loadExecutions(_ stored: inout Stored, _ pool: inout SharedValues) throws(SQLiteError) {
        // The cross join keeps the jobs outside: only executions of live jobs are looked at, in the jobs' order.
        let sql = """
            SELECT executions.ord, executions.body FROM jobs CROSS JOIN executions ON executions.ord=jobs.ord
            WHERE jobs.live=1 ORDER BY jobs.ord, executions.id
            """
        var index = 0
        try each(sql) { row throws(SQLiteError) in
            let order = row.integer(0)
            while index < stored.jobs.count, stored.jobs[index].order < order { index += 1 }
            guard index < stored.jobs.count, stored.jobs[index].order == order else { return }
            let body = row.blob(1)
            var execution: Execution = try JobStoreWriter.decode("execution of job \(order)", body)
            pool.share(in: &execution, of: stored.jobs[index].job, from: body)
            stored.jobs[index].executions.append(execution)
        }
    }

    /// One job with all its executions, whether it is over or not; `nil` when there is none of this name.
    ///
    /// - Throws: also when a row cannot be understood.
    func job(_ id: JobID) throws(SQLiteError) -> StoredJob? {
        let sql = """
            SELECT ord, body, (SELECT COALESCE(MAX(idx)+1,0) FROM history WHERE history.ord=jobs.ord), scheduling
            FROM jobs WHERE id=?
            """
        var found: StoredJob?
        try each(sql, [.text(id.rawValue)]) { row throws(SQLiteError) in
            found = try JobStoreWriter.job(row, body: row.blob(1))
        }
        guard var stored = found else { return nil }
        try each("SELECT body FROM executions WHERE ord=? ORDER BY id", [.integer(stored.order)]) {
            row throws(SQLiteError) in
            stored.executions.append(try JobStoreWriter.decode("execution of job \(id)", row.blob(0)))
        }
        return stored
    }

    /// A job without its executions: order, body, number of history items, scheduling.
    private static func job(_ row: SQLiteStatement, body: [UInt8]) throws(SQLiteError) -> StoredJob {
        let order = row.integer(0)
        var stored = StoredJob(
            order: order, job: try decode("job \(order)", body), executions: [], historyCount: Int(row.integer(2)))
        if !row.isNull(3) { stored.scheduling = try decode("scheduling of job \(order)", row.blob(3)) }
        return stored
    }

    /// Gives each row of a query to `body`; the first failure ends it.
    private func each(
        _ sql: String, _ values: [SQLiteStatement.Value] = [], _ body: (SQLiteStatement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        var failure: SQLiteError?
        try connection.statement(sql).run(values) { row in
            do throws(SQLiteError) { try body(row) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private static func decode<Value: WireDecodable>(
        _ what: @autoclosure () -> String, _ body: [UInt8]
    ) throws(SQLiteError) -> Value {
        do throws(DocumentError) { return try Value(json: body) } catch {
            throw SQLiteError(code: SQLiteError.corrupt, message: "the stored \(what()) cannot be read: \(error)")
        }
    }
}
