import BacalhauModel

/// Letting ended jobs go, in steps that are short enough to stand between two batches of commands.
extension JobStoreWriter {
    /// At most so many jobs are deleted in one step.
    static let removalCountMax = 200
    /// While the store is too large, only so many are deleted before its size is looked at again.
    private static let removalCountBySize = 50
    /// A step that took this long ends before the next job.
    private static let removalTimeMax: Duration = .milliseconds(3)
    /// At most so many pages are given back in one step.
    private static let pageCountMax: Int64 = 128
    /// So many free pages are kept in any case, and one in sixteen: the next jobs need them.
    static let freePageCountMin: Int64 = 256

    /// How many jobs have ended and are still there.
    func finishedCount() throws(SQLiteError) -> Int {
        Int(try connection.integer("SELECT COUNT(*) FROM jobs WHERE live=0"))
    }

    /// When the first of the ended jobs ended; `nil` when there is none.
    func firstFinish() throws(SQLiteError) -> Timestamp? {
        let sql = "SELECT finished FROM jobs WHERE live=0 ORDER BY finished LIMIT 1"
        var found: Timestamp?
        try connection.statement(sql).run { row in
            found = Timestamp(nanoseconds: row.integer(0))
            return false
        }
        return found
    }

    /// Deletes some of the jobs that need not be kept any longer, those that ended first before others.
    ///
    /// - Parameter count: how many ended jobs there are.
    /// - Returns: how many were deleted, and whether more may have to go.
    func removeFinished(_ retention: JobRetention, count: Int, at time: Timestamp) throws(SQLiteError) -> (
        count: Int, hasMore: Bool
    ) {
        var inAnyCase = max(0, count - (retention.countMax ?? count))
        if let bytesMax = retention.storeBytesMax, try usedBytes() > bytesMax {
            inAnyCase = max(inAnyCase, JobStoreWriter.removalCountBySize)
        }
        let latest = retention.ageMax.map { time.nanoseconds &- $0.wholeNanoseconds }
        var orders: [Int64] = []
        let sql = "SELECT ord,finished FROM jobs WHERE live=0 ORDER BY finished,ord LIMIT ?"
        try connection.statement(sql).run([.integer(Int64(JobStoreWriter.removalCountMax))]) { row in
            guard orders.count < inAnyCase || latest.map({ row.integer(1) <= $0 }) ?? false else { return false }
            orders.append(row.integer(0))
            return true
        }
        guard !orders.isEmpty else { return (0, false) }
        var removed = 0
        let start = ContinuousClock.now
        try connection.transaction { () throws(SQLiteError) in
            for order in orders {
                try remove(order)
                removed += 1
                if ContinuousClock.now - start > JobStoreWriter.removalTimeMax { break }
            }
        }
        return (removed, true)
    }

    private func remove(_ order: Int64) throws(SQLiteError) {
        for table in ["history", "executions", "versions", "tokens", "jobs"] {
            try connection.statement("DELETE FROM \(table) WHERE ord=?").run([.integer(order)])
        }
    }

    /// Gives some unused pages back to the file system.
    ///
    /// - Returns: whether there are more.
    func giveBackPages() throws(SQLiteError) -> Bool {
        let free = try connection.integer("PRAGMA freelist_count")
        let kept = max(JobStoreWriter.freePageCountMin, try connection.integer("PRAGMA page_count") / 16)
        guard free > kept else { return false }
        try connection.execute("PRAGMA incremental_vacuum(\(min(JobStoreWriter.pageCountMax, free - kept)))")
        // A file that could not be made shrinkable stays as it is.
        return try connection.integer("PRAGMA freelist_count") < free
    }

    /// What the rows take.
    private func usedBytes() throws(SQLiteError) -> UInt64 {
        let pages = try connection.integer("PRAGMA page_count") - connection.integer("PRAGMA freelist_count")
        return UInt64(max(0, pages * (try connection.integer("PRAGMA page_size"))))
    }

    /// Lets the write-ahead log start anew when readers that overlapped kept it growing.
    func boundLog() throws(SQLiteError) {
        guard connection.logBytes > 4 * SQLiteConnection.logBytesMax else { return }
        try connection.truncateLog()
    }
}
