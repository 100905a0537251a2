internal import BacalhauModel
internal import Glibc

/// How long finished logs are kept.
public struct LogRetention: Hashable, Sendable {
    /// Logs that were not written for this long are removed; `nil` keeps them whatever their age.
    public var ageMax: Duration?
    /// When all logs together take more, the oldest are removed; `nil` is no limit.
    public var bytesMax: UInt64?
    /// When there are more logs, the oldest are removed; `nil` is no limit.
    public var countMax: Int?

    /// Makes limits; without any, logs are kept for good.
    public init(ageMax: Duration? = nil, bytesMax: UInt64? = nil, countMax: Int? = nil) {
        self.ageMax = ageMax
        self.bytesMax = bytesMax
        self.countMax = countMax
    }
}

extension LogStore {
    private struct Entry {
        var id: ExecutionID
        var bytes: UInt64
        var time: Timestamp
    }

    /// Removes the logs that need not be kept any longer; never one that is being written.
    ///
    /// - Parameters:
    ///   - retention: what may stay.
    ///   - time: what the ages are counted from.
    ///   - protected: executions whose logs stay in any case.
    /// - Returns: the executions whose logs were removed, the oldest first.
    @discardableResult
    func sweep(_ retention: LogRetention, at time: Timestamp, protecting protected: Set<ExecutionID> = [])
        throws(LogError) -> [ExecutionID]
    {
        let entries = try list()
        var total = entries.reduce(0) { $0 + $1.bytes }
        var count = entries.count
        var removed: [ExecutionID] = []
        for entry in entries {
            let isTooOld = retention.ageMax.map { time.duration(since: entry.time) > $0 } ?? false
            let isTooMuch =
                retention.bytesMax.map { total > $0 } ?? false || retention.countMax.map { count > $0 } ?? false
            guard isTooOld || isTooMuch, !protected.contains(entry.id), !isLive(entry.id) else { continue }
            try remove(entry.id)
            total -= entry.bytes
            count -= 1
            removed.append(entry.id)
        }
        return removed
    }

    /// All logs, the oldest first.
    private func list() throws(LogError) -> [Entry] {
        guard let folder = opendir(directory) else { throw .file(path: directory, code: errno) }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while let item = readdir(folder) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(Self.suffix) else { continue }
            let id = ExecutionID(rawValue: String(name.dropLast(Self.suffix.count)))
            var status = stat()
            guard fstatat(dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            let time = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            entries.append(Entry(id: id, bytes: UInt64(status.st_size), time: Timestamp(nanoseconds: time)))
        }
        return entries.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }
}
