import BacalhauModel
import BacalhauSupport
import Synchronization

/// Keeps jobs, executions, history and nodes in one database file.
///
/// Everything is written by the control loop's thread, a batch to a transaction; readers have connections of their own
/// and see whole transactions only.
final class JobStore: Sendable {
    private let path: String
    private let readers: Mutex<ReaderPool>

    /// Connections that are not in use. Sent between threads, used by one at a time.
    private struct ReaderPool: @unchecked Sendable {
        // Unchecked because a connection is not Sendable: each is taken out of the list by the one that uses it.
        var idle: [SQLiteConnection] = []
    }

    /// More idle connections than this are closed.
    private static let idleReaderCountMax = 4

    /// Opens or creates the database.
    init(path: String) throws(SQLiteError) {
        self.path = path
        readers = Mutex(ReaderPool())
        try JobStoreSchema.migrate(try SQLiteConnection(path: path), path: path)
    }

    /// The connection of the one thread that writes.
    func makeWriter() throws(SQLiteError) -> JobStoreWriter { JobStoreWriter(try SQLiteConnection(path: path)) }

    /// Runs a query on a connection of its own.
    func read<Result>(_ body: (SQLiteConnection) throws(SQLiteError) -> Result) throws(BacalhauError) -> Result {
        do throws(SQLiteError) {
            let idle = readers.withLock { pool in pool.idle.popLast().map(PooledConnection.init) }
            let pooled: PooledConnection
            if let idle {
                pooled = idle
            } else {
                pooled = PooledConnection(connection: try SQLiteConnection(path: path, isReadOnly: true))
            }
            let result = try body(pooled.connection)
            readers.withLock { pool in
                if pool.idle.count < JobStore.idleReaderCountMax { pool.idle.append(pooled.connection) }
            }
            return result
        } catch {
            throw JobStore.failure(error)
        }
    }

    /// A connection on its way into or out of the pool.
    private struct PooledConnection: @unchecked Sendable {
        // Unchecked for the reason given at the pool.
        let connection: SQLiteConnection
    }

    /// What callers are told of a failed database call.
    static func failure(_ error: SQLiteError) -> BacalhauError {
        if error.isDiskFull {
            return BacalhauError(
                .datastore, "the disk is full: nothing was stored", hint: "Make room in the data directory and repeat.",
                isRetryable: true, component: "JobStore")
        }
        return BacalhauError(
            .datastore, "the job store failed: \(error.message)", isRetryable: true, component: "JobStore")
    }
}
