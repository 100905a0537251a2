import BacalhauModel
import BacalhauTestSupport
import Testing

@testable import BacalhauCore

/// Files of every version end up with the same tables, and with what was in them.
@Suite struct JobStoreSchemaTests {
    private final class Folder {
        let path: String
        init() throws { path = try TestPlaces.makeDirectory() }
        deinit { TestPlaces.remove(path) }
    }

    /// The first schema as it was released.
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
        "PRAGMA user_version=1",
    ]

    private func columns(_ table: String, _ connection: SQLiteConnection) throws -> [String] {
        var names: [String] = []
        try connection.statement("SELECT name FROM pragma_table_info(?) ORDER BY cid").run([.text(table)]) { row in
            names.append(row.text(0))
            return true
        }
        return names
    }

    private func objects(_ connection: SQLiteConnection) throws -> [String] {
        var names: [String] = []
        let sql = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        try connection.statement(sql).run { row in
            names.append(row.text(0))
            return true
        }
        return names
    }

    private func expectPresentSchema(_ path: String) throws {
        let connection = try SQLiteConnection(path: path)
        #expect(try connection.integer("PRAGMA user_version") == 2)
        #expect(try connection.integer("PRAGMA auto_vacuum") == 2)
        let jobs = ["ord", "id", "namespace", "live", "modified", "body", "finished", "scheduling", "name"]
        #expect(try columns("jobs", connection) == jobs)
        #expect(try columns("tokens", connection) == ["token", "job", "evaluation", "ord"])
        let expected = [
            "executions", "history", "jobs", "jobs_finished", "jobs_live", "jobs_modified", "jobs_name", "nodes",
            "tokens", "tokens_ord", "versions",
        ]
        #expect(try objects(connection) == expected)
    }

    @Test func aNewFileHasThePresentSchema() throws {
        let folder = try Folder()
        _ = try JobStore(path: folder.path + "/db")
        try expectPresentSchema(folder.path + "/db")
    }

    @Test func aFileOfTheFirstSchemaIsBroughtUpWithAllItHolds() throws {
        let folder = try Folder()
        let path = folder.path + "/db"
        do {
            let old = try SQLiteConnection(path: path)
            for sql in JobStoreSchemaTests.first { try old.execute(sql) }
            let insert = try old.statement("INSERT INTO jobs(ord,id,namespace,live,modified,body) VALUES(?,?,?,?,?,?)")
            for (order, name, live) in [(Int64(1), "ended", Int64(0)), (2, "waiting", 1)] {
                var job = Job(
                    id: JobID(rawValue: name), name: "the \(name)", tasks: [Job.Task(engine: Engine(type: "noop"))])
                job.state = StateOf(live == 1 ? .queued : .completed)
                try insert.run([
                    .integer(order), .text(name), .text("default"), .integer(live), .integer(order * 100),
                    .blob(job.json),
                ])
            }
            try old.execute("INSERT INTO tokens VALUES('t1','ended','v1'),('t2','waiting','v2'),('t3','nobody','v3')")
        }
        let store = try JobStore(path: path)
        try expectPresentSchema(path)
        let writer = try store.makeWriter()
        #expect(try writer.load().jobs.map(\.job.name) == ["the waiting"])
        #expect(try store.job(named: "the ended", namespace: "default")?.id.rawValue == "ended")
        #expect(try writer.submission(token: "t1")?.0.rawValue == "ended")
        #expect(try writer.submission(token: "t3")?.0 == nil)
        let connection = try SQLiteConnection(path: path)
        #expect(try connection.integer("SELECT finished FROM jobs WHERE id='ended'") == 100)
        #expect(try connection.integer("SELECT finished IS NULL FROM jobs WHERE id='waiting'") == 1)
        #expect(try connection.integer("SELECT ord FROM tokens WHERE token='t2'") == 2)
        #expect(try store.job("ended").order == 1)
    }

    @Test func aFileOfANewerVersionIsRefused() throws {
        let folder = try Folder()
        let path = folder.path + "/db"
        try SQLiteConnection(path: path).execute("PRAGMA user_version=3")
        #expect(
            throws: SQLiteError(code: 1, message: "\(path) was written by a newer version (schema 3, known 2)")
        ) { _ = try JobStore(path: path) }
    }
}
