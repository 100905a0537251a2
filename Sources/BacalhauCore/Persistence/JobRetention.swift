/// How long an orchestrator keeps jobs that have ended, with their executions, history and idempotency tokens.
///
/// When a limit is exceeded, the jobs that ended first go first. Jobs that have not ended are never touched. Limits are
/// looked at once a minute at most, so they can be exceeded by what ends within a minute.
public struct JobRetention: Hashable, Sendable {
    /// Jobs that ended longer ago are deleted; `nil` keeps them whatever their age.
    public var ageMax: Duration?
    /// The most ended jobs; `nil` is no limit.
    public var countMax: Int?
    /// The most bytes that the database may use, unused pages not counted; `nil` is no limit. Live jobs count, too,
    /// but only ended ones can be deleted.
    public var storeBytesMax: UInt64?

    /// Makes limits; by default seven days and a million jobs.
    public init(
        ageMax: Duration? = .seconds(7 * 24 * 3600), countMax: Int? = 1_000_000, storeBytesMax: UInt64? = nil
    ) {
        self.ageMax = ageMax
        self.countMax = countMax
        self.storeBytesMax = storeBytesMax
    }
}
