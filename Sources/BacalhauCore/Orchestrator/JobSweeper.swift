import BacalhauModel

/// Decides when ended jobs have to go, and lets them go step by step between batches of commands.
///
/// Belongs to the control loop's thread. Wakes the loop only when something can be due: a job gets too old, or jobs
/// have ended since there were too many.
struct JobSweeper {
    /// From the end of one sweep to the beginning of the next at least.
    static let pause: Duration = .seconds(60)
    /// While commands come without a break, one step is done after so many batches.
    private static let batchesPerStep = 8
    /// A longer age than this would leave the range of timestamps.
    private static let century: Duration = .seconds(100 * 365 * 86_400)

    private enum Phase { case resting, removing, givingBack }

    private let retention: JobRetention
    private var phase = Phase.resting
    /// How many ended jobs there are; `nil` before the first look and after a failure.
    private var count: Int?
    private var firstFinish: Timestamp?
    /// Whether jobs have ended since the last sweep.
    private var hasGrown = false
    private var lastSweep: Timestamp?
    private var lastLogCheck: Timestamp?
    private var batchCount = 0

    init(_ retention: JobRetention) { self.retention = retention }

    /// Takes note of how many more ended jobs there are; fewer, when some were run again.
    mutating func noteEnded(_ change: Int, at time: Timestamp) {
        count? += change
        guard change > 0 else { return }
        firstFinish = firstFinish ?? time
        hasGrown = true
    }

    /// How long nothing has to be done; zero in the middle of a sweep, `nil` when nothing can become due by itself.
    func wait(at time: Timestamp) -> Duration? {
        guard phase == .resting else { return .zero }
        guard let dueTime else { return nil }
        return max(.zero, dueTime.duration(since: time))
    }

    private var dueTime: Timestamp? {
        guard let lastSweep else { return .zero }
        guard let count else { return lastSweep + JobSweeper.pause }
        var due: Timestamp?
        if let ageMax = retention.ageMax, let firstFinish { due = firstFinish + min(ageMax, JobSweeper.century) }
        let isTooMuch = retention.countMax.map { count > $0 } ?? false
        if isTooMuch || hasGrown && retention.storeBytesMax != nil { due = lastSweep }
        return due.map { max($0, lastSweep + JobSweeper.pause) }
    }

    /// Does the next step, if one is due. Waiting commands go first: `isIdle` says that there are none.
    mutating func step(on writer: JobStoreWriter, at time: Timestamp, isIdle: Bool) {
        // A clock that was set back must not put the next sweep off.
        if let last = lastSweep, last > time { lastSweep = time }
        guard wait(at: time) == .zero else { return }
        batchCount += 1
        guard isIdle || batchCount >= JobSweeper.batchesPerStep else { return }
        batchCount = 0
        do throws(SQLiteError) {
            try step(on: writer, at: time)
        } catch {
            // Keeping rows longer than asked does no harm; the next sweep looks at everything anew.
            count = nil
            phase = .resting
            lastSweep = time
        }
    }

    private mutating func step(on writer: JobStoreWriter, at time: Timestamp) throws(SQLiteError) {
        switch phase {
        case .resting:
            if count == nil { count = try writer.finishedCount() }
            phase = .removing
        case .removing:
            let (removed, hasMore) = try writer.removeFinished(retention, count: count ?? 0, at: time)
            count? -= removed
            if !hasMore { phase = .givingBack }
        case .givingBack:
            guard try !writer.giveBackPages() else { return }
            firstFinish = try writer.firstFinish()
            phase = .resting
            hasGrown = false
            lastSweep = time
        }
    }

    /// Keeps the write-ahead log short. Called after commits; looks at most once a minute.
    mutating func boundLog(of writer: JobStoreWriter, at time: Timestamp) {
        if let last = lastLogCheck, last <= time, time.duration(since: last) < JobSweeper.pause { return }
        lastLogCheck = time
        // A log that cannot be emptied now is so in a minute.
        try? writer.boundLog()
    }
}
