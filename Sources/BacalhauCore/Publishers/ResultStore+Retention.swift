internal import BacalhauFiles
public import BacalhauModel

/// How long the results of the local publisher are kept.
public struct ResultRetention: Hashable, Sendable {
    /// Results that are older are removed; `nil` keeps them whatever their age.
    public var ageMax: Duration?
    /// When all results together take more, the oldest are removed; `nil` is no limit.
    public var bytesMax: UInt64?
    /// When there are more results, the oldest are removed; `nil` is no limit.
    public var countMax: Int?

    /// Makes limits; without any, results are kept for good.
    public init(ageMax: Duration? = nil, bytesMax: UInt64? = nil, countMax: Int? = nil) {
        self.ageMax = ageMax
        self.bytesMax = bytesMax
        self.countMax = countMax
    }
}

extension ResultStore {
    /// Removes the results that need not be kept any longer.
    ///
    /// - Parameters:
    ///   - retention: what may stay.
    ///   - time: what the ages are counted from.
    ///   - protected: executions whose results stay in any case.
    /// - Returns: the executions whose results were removed, the oldest first.
    @discardableResult
    public func sweep(
        _ retention: ResultRetention, at time: Timestamp, protecting protected: Set<ExecutionID> = []
    ) async throws(PublisherError) -> [ExecutionID] {
        do throws(FileError) {
            return try await BlockingWork.run { _ throws(FileError) in
                try self.removeExpired(retention, at: time, protecting: protected)
            }
        } catch {
            throw .unavailable(reason: error.description, hint: "")
        }
    }

    private func removeExpired(
        _ retention: ResultRetention, at time: Timestamp, protecting protected: Set<ExecutionID>
    ) throws(FileError) -> [ExecutionID] {
        let entries = try list()
        var total = entries.reduce(0) { $0 + $1.1.bytes }
        var count = entries.count
        var removed: [ExecutionID] = []
        for (id, entry) in entries {
            let isTooOld = retention.ageMax.map { time.duration(since: entry.time) > $0 } ?? false
            let isTooMuch =
                retention.bytesMax.map { total > $0 } ?? false || retention.countMax.map { count > $0 } ?? false
            guard isTooOld || isTooMuch, !protected.contains(id) else { continue }
            remove(id)
            total -= entry.bytes
            count -= 1
            removed.append(id)
        }
        return removed
    }
}
