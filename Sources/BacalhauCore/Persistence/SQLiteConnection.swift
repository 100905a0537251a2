import CSQLite
import Glibc

/// One connection to a database file. Belongs to one thread at a time; closed when it is let go of.
final class SQLiteConnection {
    private let path: String
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// How long a statement waits for another connection's lock before it fails.
    private static let busyMilliseconds: Int32 = 10_000
    private static let checkpointMilliseconds: Int32 = 200
    /// The write-ahead log goes into the file proper when it has this many pages (of 4 KiB).
    private static let checkpointPages = 4000
    /// A log that had to grow larger, because somebody was reading, is cut to this once it starts anew.
    static let logBytesMax = 32 << 20

    /// Opens or creates the file with the settings every database here has: write-ahead log, a sync at each commit. It is
    /// not for everybody on the machine to read, whatever the directory and the process allow.
    init(path: String, isReadOnly: Bool = false) throws(SQLiteError) {
        if !isReadOnly { SQLiteConnection.keepPrivate(path) }
        var opened: OpaquePointer?
        let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            defer { sqlite3_close_v2(opened) }  // SQLite hands out a handle even when opening failed.
            throw SQLiteError(code: code, message: "cannot open \(path): \(String(cString: sqlite3_errstr(code)))")
        }
        handle = opened
        self.path = path
        sqlite3_busy_timeout(handle, SQLiteConnection.busyMilliseconds)
        if !isReadOnly {
            // Before anything is written: in a file that has content this waits for it to be written anew.
            try execute("PRAGMA auto_vacuum=INCREMENTAL")
            try execute("PRAGMA journal_mode=WAL")
            try execute("PRAGMA synchronous=FULL")
            try execute("PRAGMA wal_autocheckpoint=\(SQLiteConnection.checkpointPages)")
            try execute("PRAGMA journal_size_limit=\(SQLiteConnection.logBytesMax)")
        }
        try execute("PRAGMA cache_size=-4000")
        try execute("PRAGMA temp_store=MEMORY")
    }

    /// A file that cannot be made or changed here is left to SQLite, which has the words for why. An existing one must not
    /// be opened: closing it would end the locks of this process's other connections (POSIX).
    private static func keepPrivate(_ path: String) {
        let made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 { close(made) }
        for file in [path, path + "-wal", path + "-shm"] {
            var status = stat()
            guard stat(file, &status) == 0, status.st_mode & 0o007 != 0 else { continue }
            chmod(file, status.st_mode & 0o7770)
        }
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// How long the write-ahead log is.
    var logBytes: Int {
        var status = stat()
        return stat(path + "-wal", &status) == 0 ? Int(status.st_size) : 0
    }

    /// Empties the write-ahead log; leaves it when readers do not get out of the way within a moment.
    func truncateLog() throws(SQLiteError) {
        sqlite3_busy_timeout(handle, SQLiteConnection.checkpointMilliseconds)
        defer { sqlite3_busy_timeout(handle, SQLiteConnection.busyMilliseconds) }
        try execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    /// The first column of the first row as a number; 0 when there is no row.
    func integer(_ sql: String, _ values: [SQLiteStatement.Value] = []) throws(SQLiteError) -> Int64 {
        var found: Int64 = 0
        try statement(sql).run(values) { row in
            found = row.integer(0)
            return false
        }
        return found
    }

    /// A prepared statement, kept for the next time.
    func statement(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let known = statements[sql] { return known }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw error(code) }
        let statement = SQLiteStatement(prepared, of: handle)
        statements[sql] = statement
        return statement
    }

    /// Runs `body` in one transaction: all of it is on disk when this returns, or nothing of it.
    func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
        do {
            try body()
            try execute("COMMIT")
        } catch {
            // A full disk may have rolled back already; then this fails, which is fine.
            sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    private func error(_ code: Int32) -> SQLiteError {
        SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}

/// A failed database call.
struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    let code: Int32
    let message: String

    var description: String { message }
    /// The code for content that makes no sense.
    static let corrupt = SQLITE_CORRUPT

    /// Whether the disk has no room left.
    var isDiskFull: Bool { code & 0xFF == SQLITE_FULL }
}
