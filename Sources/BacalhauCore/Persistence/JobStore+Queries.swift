import BacalhauModel
import BacalhauSupport

/// What the API asks. Bodies come as the JSON they are stored as, ready for the wire.
extension JobStore {
    /// A stored job with its place.
    struct JobRow: Sendable {
        let order: Int64
        let id: JobID
        let body: [UInt8]
    }

    /// Finds a job by its identifier, a unique beginning of it, or its name: the latest job of that name counts.
    ///
    /// - Throws: `.notFound`, or `.ambiguous` naming up to three of the jobs that fit.
    func job(_ text: String, namespace: String = "default") throws(BacalhauError) -> JobRow {
        var rows: [JobRow] = []
        try read { connection throws(SQLiteError) in
            try connection.statement("SELECT ord,id,body FROM jobs WHERE id=?").run([.text(text)]) { row in
                rows.append(JobRow(order: row.integer(0), id: JobID(rawValue: row.text(1)), body: row.blob(2)))
                return false
            }
            guard rows.isEmpty, !text.isEmpty else { return }
            // Every text that begins with `text` lies between it and itself followed by the greatest character.
            let sql = "SELECT ord,id,body FROM jobs WHERE id>=? AND id<? ORDER BY id LIMIT 4"
            try connection.statement(sql).run([.text(text), .text(text + "\u{10FFFF}")]) { row in
                rows.append(JobRow(order: row.integer(0), id: JobID(rawValue: row.text(1)), body: row.blob(2)))
                return true
            }
        }
        if rows.isEmpty, !text.isEmpty, let named = try job(named: text, namespace: namespace) { return named }
        guard let first = rows.first else {
            throw BacalhauError(
                .notFound, "Job not found. ID: \(text)",
                hint: "List the jobs to see their identifiers. Jobs that have ended are deleted after a time: "
                    + "see --job-retention-age of the orchestrator.",
                component: "JobStore")
        }
        guard rows.count == 1 else {
            let names = rows.prefix(3).map(\.id.rawValue).joined(separator: ", ") + (rows.count > 3 ? ", ..." : "")
            throw BacalhauError(
                .ambiguous, "multiple jobs found for \(text): \(names)",
                hint: "Give more characters of the identifier.",
                component: "JobStore")
        }
        return first
    }

    /// The latest job of a name in a namespace. A job without a name of its own is found by its identifier only.
    func job(named name: String, namespace: String) throws(BacalhauError) -> JobRow? {
        var row: JobRow?
        let sql = "SELECT ord,id,body FROM jobs WHERE namespace=? AND name=? ORDER BY ord DESC LIMIT 1"
        try read { connection throws(SQLiteError) in
            try connection.statement(sql).run([.text(namespace), .text(name)]) {
                row = JobRow(order: $0.integer(0), id: JobID(rawValue: $0.text(1)), body: $0.blob(2))
                return false
            }
        }
        return row
    }

    /// Bodies of a job as it was before each update and rerun, oldest first; without the present one.
    func formerVersions(order: Int64) throws(BacalhauError) -> [[UInt8]] {
        try bodies("SELECT body FROM versions WHERE ord=? ORDER BY version", [.integer(order)])
    }

    /// Bodies of a job's executions, in the order of their identifiers.
    func executions(order: Int64) throws(BacalhauError) -> [[UInt8]] {
        try bodies("SELECT body FROM executions WHERE ord=? ORDER BY id", [.integer(order)])
    }

    /// Bodies of a job's history items, oldest first.
    func history(order: Int64) throws(BacalhauError) -> [[UInt8]] {
        try bodies("SELECT body FROM history WHERE ord=? ORDER BY idx", [.integer(order)])
    }

    /// What a job list is asked for.
    struct JobListQuery: Sendable {
        var namespace = ""
        var byModifyTime = false
        var reverse = false
        var offset = 0
        /// 0 lists everything.
        var limit = 0
        var selector = LabelSelector()
    }

    /// One page of job bodies, and whether more follow.
    func jobs(_ query: JobListQuery) throws(BacalhauError) -> (bodies: [[UInt8]], hasMore: Bool) {
        let column = query.byModifyTime ? "modified" : "ord"
        let direction = query.reverse ? "DESC" : "ASC"
        let isFiltered = !query.selector.isEmpty
        var sql = "SELECT body FROM jobs"
        var values: [SQLiteStatement.Value] = []
        if !query.namespace.isEmpty {
            sql += " WHERE namespace=?"
            values.append(.text(query.namespace))
        }
        sql += " ORDER BY \(column) \(direction), ord \(direction)"
        // With a label filter the offset counts jobs that pass, which only we can tell.
        if !isFiltered { sql += " LIMIT \(query.limit > 0 ? query.limit + 1 : -1) OFFSET \(query.offset)" }
        var found: [[UInt8]] = []
        var skipped = 0
        try read { connection throws(SQLiteError) in
            try connection.statement(sql).run(values) { row in
                let body = row.blob(0)
                if isFiltered {
                    guard let job = try? Job(json: body), query.selector.matches(job.labels) else { return true }
                    if skipped < query.offset {
                        skipped += 1
                        return true
                    }
                }
                found.append(body)
                return query.limit == 0 || found.count <= query.limit
            }
        }
        let hasMore = query.limit > 0 && found.count > query.limit
        return (hasMore ? Array(found.prefix(query.limit)) : found, hasMore)
    }

    private func bodies(_ sql: String, _ values: [SQLiteStatement.Value]) throws(BacalhauError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        try read { connection throws(SQLiteError) in
            try connection.statement(sql).run(values) { row in
                found.append(row.blob(0))
                return true
            }
        }
        return found
    }
}
