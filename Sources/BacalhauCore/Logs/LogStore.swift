internal import BacalhauFiles
internal import BacalhauModel
internal import BacalhauSupport
internal import Glibc
internal import Synchronization

/// Keeps the output of executions: one append-only file each, below one folder. Safe to use from anywhere.
///
/// A log is written by at most one ``ExecutionLog`` and read by any number of ``LogReader``s, while it is written and
/// after, also after a restart. Nothing is removed but by ``remove(_:)`` and ``sweep(_:at:protecting:)``.
final class LogStore: Sendable {
    /// The folder with the logs; it belongs to this store alone.
    let directory: String
    /// What holds for each log.
    let limits: LogLimits
    private let now: @Sendable () -> Timestamp
    private let live = Mutex<[ExecutionID: ExecutionLog]>([:])

    static let suffix = ".log"

    /// Opens the store and makes its folder, whose parent must exist.
    ///
    /// - Parameters:
    ///   - directory: the store's own folder.
    ///   - limits: how much is kept of each log.
    ///   - now: the clock that records get their times from.
    init(
        directory: String, limits: LogLimits = LogLimits(),
        now: @escaping @Sendable () -> Timestamp = { SystemWallClock().now() }
    ) throws(LogError) {
        self.directory = directory
        self.limits = limits
        self.now = now
        if mkdir(directory, 0o700) != 0 && errno != EEXIST { throw .file(path: directory, code: errno) }
    }

    /// The log to write an execution's output to; the same one until it is finished.
    ///
    /// A log of an earlier process is continued, behind its last whole record. Open the log as soon as the execution
    /// is known here: a reader of an execution that has none takes it for ended.
    func open(_ id: ExecutionID) throws(LogError) -> ExecutionLog {
        let path = try path(of: id)
        let (log, isNew) = live.withLock { live in
            if let log = live[id] { return (log, false) }
            let log = ExecutionLog(id, path: path, limits: limits, now: now) { [weak self] log in self?.forget(log) }
            live[id] = log
            return (log, true)
        }
        guard isNew else { return log }
        do throws(LogError) {
            try log.recover()
        } catch {
            forget(log)
            throw error
        }
        if log.info.isFinished { forget(log) }
        return log
    }

    private func forget(_ log: ExecutionLog) {
        live.withLock { live in
            if live[log.id] === log { live[log.id] = nil }
        }
    }

    /// Reads a log from `position` on.
    ///
    /// - Parameters:
    ///   - id: whose log.
    ///   - position: where to begin.
    ///   - follow: whether the reader stays at the end of a log that is still written. If not, it ends with what is
    ///     there now.
    /// - Returns: a reader, which is empty for an execution that wrote nothing or is not known.
    func read(_ id: ExecutionID, from position: LogPosition = .start, follow: Bool = false) throws(LogError)
        -> LogReader
    {
        LogReader(source: try source(id), position: position, follows: follow)
    }

    /// What is known of a log; all zero for an execution that wrote nothing or is not known.
    func info(_ id: ExecutionID) throws(LogError) -> LogInfo {
        switch try source(id) {
        case .live(let log, _): log.info
        case .stored(_, let tail): LogInfo(tail, isFinished: true)
        case .empty: LogInfo(LogTail(), isFinished: true)
        }
    }

    func source(_ id: ExecutionID) throws(LogError) -> LogSource {
        let path = try path(of: id)
        if let log = live.withLock({ $0[id] }) { return .live(log, log.extent.tail) }
        guard let file = try LogFile(path: path, creates: false, writes: false) else { return .empty }
        if let tail = try file.finishedTail() { return .stored(file, tail) }
        return .stored(file, try file.scannedTail())
    }

    /// Removes a log. Readers that are under way go on. Repeating it is harmless, and so is an unknown execution.
    func remove(_ id: ExecutionID) throws(LogError) {
        let path = try path(of: id)
        live.withLock { $0.removeValue(forKey: id) }?.finish()
        if unlink(path) != 0 && errno != ENOENT { throw .file(path: path, code: errno) }
    }

    func isLive(_ id: ExecutionID) -> Bool { live.withLock { $0[id] != nil } }

    /// The file of a log. Names come from another machine, so only what is a plain file name is taken.
    func path(of id: ExecutionID) throws(LogError) -> String {
        guard isPlainFileName(id.rawValue) else { throw .invalidName(id) }
        return "\(directory)/\(id.rawValue)\(Self.suffix)"
    }
}
