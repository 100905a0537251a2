import CSQLite

/// The tables of the job store, and how a file of an earlier version gets them.
enum JobStoreSchema {
    static let version: Int64 = 2

    /// Brings the file to the present version, one transaction for each version in between.
    ///
    /// - Throws: also when a newer version wrote the file.
    static func migrate(_ connection: SQLiteConnection, path: String) throws(SQLiteError) {
        let present = try connection.integer("PRAGMA user_version")
        guard present <= version else {
            throw SQLiteError(
                code: SQLITE_ERROR,
                message: "\(path) was written by a newer version (schema \(present), known \(version))")
        }
        if present == 0 {
            try apply(first + second, reaching: version, on: connection)
        } else if present == 1 {
            try apply(second, reaching: 2, on: connection)
        }
        try makeShrinkable(connection)
    }

    private static func apply(_ statements: [String], reaching version: Int64, on connection: SQLiteConnection)
        throws(SQLiteError)
    {
        try connection.transaction { () throws(SQLiteError) in
            for sql in statements { try connection.execute(sql) }
            try connection.execute("PRAGMA user_version=\(version)")
        }
    }

    /// Lets free pages be given back in small steps. A file of an older version is written anew for that, once.
    private static func makeShrinkable(_ connection: SQLiteConnection) throws(SQLiteError) {
        let incremental: Int64 = 2
        guard try connection.integer("PRAGMA auto_vacuum") != incremental else { return }
        // The copy may be larger than memory.
        try connection.execute("PRAGMA temp_store=FILE")
        do throws(SQLiteError) {
            try connection.execute("VACUUM")
        } catch  where error.isDiskFull {
            // A node without room for a copy works all the same; the next start tries again.
        }
        try connection.execute("PRAGMA temp_store=MEMORY")
    }

    /// Rows of one job stand together and new ones at the end: they are keyed by the order of submission.
    private static let first = [
        """
        CREATE TABLE jobs(ord INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL, live INTEGER NOT NULL,
            modified INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        "CREATE INDEX jobs_live ON jobs(ord) WHERE live=1",
        "CREATE INDEX jobs_modified ON jobs(modified)",
        "CREATE TABLE executions(ord INTEGER NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY(ord,id)) WITHOUT ROWID",
        "CREATE TABLE history(ord INTEGER NOT NULL, idx INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(ord,idx)) WITHOUT ROWID",
        "CREATE TABLE nodes(id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE tokens(token TEXT PRIMARY KEY, job TEXT NOT NULL, evaluation TEXT NOT NULL) WITHOUT ROWID",
    ]

    /// Retention: when a job ended (nanoseconds, `NULL` while it is live) and which tokens go with it. `scheduling` holds
    /// what the scheduler has to remember of a job beyond its body.
    private static let second = [
        "ALTER TABLE jobs ADD COLUMN finished INTEGER",
        "ALTER TABLE jobs ADD COLUMN scheduling BLOB",
        // A job without a name of its own is called by its identifier, and needs no second entry.
        "ALTER TABLE jobs ADD COLUMN name TEXT",
        "UPDATE jobs SET name=NULLIF(json_extract(CAST(body AS TEXT),'$.Name'),id)",
        "CREATE INDEX jobs_name ON jobs(namespace,name) WHERE name IS NOT NULL",
        "UPDATE jobs SET finished=modified WHERE live=0",
        "CREATE INDEX jobs_finished ON jobs(finished) WHERE live=0",
        "CREATE TABLE versions(ord INTEGER NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(ord,version)) WITHOUT ROWID",
        "ALTER TABLE tokens ADD COLUMN ord INTEGER",
        "DELETE FROM tokens WHERE job NOT IN (SELECT id FROM jobs)",
        "UPDATE tokens SET ord=(SELECT ord FROM jobs WHERE jobs.id=tokens.job)",
        "CREATE INDEX tokens_ord ON tokens(ord)",
    ]
}
