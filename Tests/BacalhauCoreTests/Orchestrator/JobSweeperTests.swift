import BacalhauModel
import Testing

@testable import BacalhauCore

/// Ended jobs go when a limit says so, and nothing else does.
@Suite struct JobSweeperTests {
    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    /// Ended jobs with the orders of `orders`, each ended at the second of its order.
    private func fixture(ended orders: ClosedRange<Int64>) throws -> JobStoreFixture {
        let fixture = try JobStoreFixture()
        for order in orders {
            let job = JobStoreFixture.job("\(order)", .completed, modified: order * 1_000_000_000)
            let execution = JobStoreFixture.execution("\(order)", of: job)
            try fixture.put(job, order: order, executions: [execution], historyCount: 3)
        }
        return fixture
    }

    /// Steps until nothing is due any more. Returns how many steps that took.
    @discardableResult
    private func sweep(_ sweeper: inout JobSweeper, _ fixture: JobStoreFixture, at time: Timestamp) -> Int {
        var count = 0
        while sweeper.wait(at: time) == .zero, count < 10_000 {
            sweeper.step(on: fixture.writer, at: time, isIdle: true)
            count += 1
        }
        return count
    }

    @Test func jobsThatEndedTooLongAgoGoWithAllTheirRows() throws {
        let fixture = try fixture(ended: 1...10)
        try fixture.put(JobStoreFixture.job("live", .running), order: 11)
        var sweeper = JobSweeper(JobRetention(ageMax: .seconds(100), countMax: nil))
        sweep(&sweeper, fixture, at: Self.time(104))
        #expect(try fixture.names == ["5", "6", "7", "8", "9", "10", "live"])
        let connection = try SQLiteConnection(path: fixture.folder + "/db")
        #expect(try connection.integer("SELECT COUNT(*) FROM history") == 6 * 3 + 1)
        #expect(try connection.integer("SELECT COUNT(*) FROM executions") == 6)
        #expect(try connection.integer("SELECT COUNT(*) FROM tokens") == 7)
        #expect(try fixture.writer.submission(token: "t-4")?.0 == nil)
        #expect(try fixture.writer.submission(token: "t-5")?.0 == JobID(rawValue: "j-5"))
    }

    @Test func theNextSweepIsDueWhenTheNextJobGetsTooOldButNotWithinAMinute() throws {
        let fixture = try fixture(ended: 1...2)
        try fixture.put(JobStoreFixture.job("200", .completed, modified: 200_000_000_000), order: 200)
        var sweeper = JobSweeper(JobRetention(ageMax: .seconds(100), countMax: nil))
        sweep(&sweeper, fixture, at: Self.time(101))
        #expect(try fixture.names == ["2", "200"])
        #expect(sweeper.wait(at: Self.time(102)) == .seconds(59))
        sweep(&sweeper, fixture, at: Self.time(161))
        #expect(try fixture.names == ["200"])
        #expect(sweeper.wait(at: Self.time(161)) == .seconds(139))
    }

    @Test func withNothingThatCouldBecomeDueTheLoopIsNotWoken() throws {
        let fixture = try JobStoreFixture()
        try fixture.put(JobStoreFixture.job("live", .running), order: 1)
        var sweeper = JobSweeper(JobRetention())
        #expect(sweeper.wait(at: Self.time(1)) == .zero)
        sweep(&sweeper, fixture, at: Self.time(1))
        #expect(sweeper.wait(at: Self.time(1_000_000)) == nil)
        sweeper.noteEnded(1, at: Self.time(1_000_000))
        #expect(sweeper.wait(at: Self.time(1_000_000)) == .seconds(7 * 24 * 3600))
    }

    @Test func tooManyJobsAreCutToTheCountTheFirstEndedFirst() throws {
        let fixture = try JobStoreFixture()
        // In the order of their ends, not of their submission.
        for (order, end) in [(Int64(1), Int64(30)), (2, 10), (3, 20), (4, 40)] {
            try fixture.put(
                JobStoreFixture.job("\(order)", .completed, modified: end * 1_000_000_000), order: order)
        }
        var sweeper = JobSweeper(JobRetention(ageMax: nil, countMax: 2))
        sweep(&sweeper, fixture, at: Self.time(100))
        #expect(try fixture.names == ["1", "4"])
        #expect(sweeper.wait(at: Self.time(100)) == nil)
        try fixture.put(JobStoreFixture.job("5", .completed, modified: 100_000_000_000), order: 5)
        sweeper.noteEnded(1, at: Self.time(100))
        #expect(sweeper.wait(at: Self.time(100)) == .seconds(60))
        sweep(&sweeper, fixture, at: Self.time(160))
        #expect(try fixture.names == ["4", "5"])
    }

    @Test func aJobThatRunsAgainIsNoLongerCountedAsEnded() throws {
        let fixture = try JobStoreFixture()
        for order in 1...2 {
            try fixture.put(
                JobStoreFixture.job("\(order)", .completed, modified: Int64(order) * 1_000_000_000), order: Int64(order)
            )
        }
        var sweeper = JobSweeper(JobRetention(ageMax: nil, countMax: 2))
        sweep(&sweeper, fixture, at: Self.time(100))
        try fixture.put(JobStoreFixture.job("1", .running), order: 1, historyCount: 0)
        sweeper.noteEnded(-1, at: Self.time(100))
        try fixture.put(JobStoreFixture.job("3", .completed, modified: 100_000_000_000), order: 3)
        sweeper.noteEnded(1, at: Self.time(100))
        #expect(sweeper.wait(at: Self.time(100)) == nil)
    }

    @Test func liveJobsAreNeverTouchedHoweverLargeTheStore() throws {
        let fixture = try fixture(ended: 1...120)
        try fixture.put(JobStoreFixture.job("live", .running), order: 0)
        var sweeper = JobSweeper(JobRetention(ageMax: nil, countMax: nil, storeBytesMax: 1))
        sweep(&sweeper, fixture, at: Self.time(1000))
        #expect(try fixture.names == ["live"])
        #expect(sweeper.wait(at: Self.time(2000)) == nil)
    }

    @Test func aStoreWithinItsSizeKeepsEverything() throws {
        let fixture = try fixture(ended: 1...20)
        var sweeper = JobSweeper(JobRetention(ageMax: nil, countMax: nil, storeBytesMax: 1 << 30))
        sweep(&sweeper, fixture, at: Self.time(1000))
        #expect(try fixture.names.count == 20)
    }

    @Test func stepsAreBoundedAndLetCommandsGoFirst() throws {
        let fixture = try fixture(ended: 1...450)
        var sweeper = JobSweeper(JobRetention(ageMax: .zero, countMax: nil))
        let now = Self.time(1000)
        sweeper.step(on: fixture.writer, at: now, isIdle: true)
        var left = 450
        while left > 0 {
            sweeper.step(on: fixture.writer, at: now, isIdle: true)
            let count = try fixture.writer.finishedCount()
            #expect(left - count <= JobStoreWriter.removalCountMax)
            #expect(count < left)
            left = count
        }
    }

    @Test func underSteadyLoadEveryEighthBatchIsFollowedByAStep() throws {
        let fixture = try fixture(ended: 1...10)
        var sweeper = JobSweeper(JobRetention(ageMax: .zero, countMax: nil))
        for _ in 0..<15 { sweeper.step(on: fixture.writer, at: Self.time(1000), isIdle: false) }
        #expect(try fixture.writer.finishedCount() == 10)
        sweeper.step(on: fixture.writer, at: Self.time(1000), isIdle: false)
        #expect(try fixture.writer.finishedCount() < 10)
    }

    @Test func freedPagesAreGivenBack() throws {
        let fixture = try JobStoreFixture()
        for order in Int64(1)...400 {
            var job = JobStoreFixture.job("\(order)", .completed, modified: order)
            job.meta["filler"] = String(repeating: "x", count: 20_000)
            try fixture.put(job, order: order)
        }
        let connection = try SQLiteConnection(path: fixture.folder + "/db")
        let before = try connection.integer("PRAGMA page_count")
        var sweeper = JobSweeper(JobRetention(ageMax: .zero, countMax: nil))
        let steps = sweep(&sweeper, fixture, at: Self.time(1000))
        #expect(try fixture.names == [])
        #expect(before > 1900)
        #expect(try connection.integer("PRAGMA page_count") <= JobStoreWriter.freePageCountMin + 128)
        #expect(steps > 10)
    }

    @Test func aClockThatWasSetBackDoesNotStopTheSweeps() throws {
        let fixture = try fixture(ended: 1...2)
        var sweeper = JobSweeper(JobRetention(ageMax: nil, countMax: 2))
        sweep(&sweeper, fixture, at: Self.time(1_000_000))
        try fixture.put(JobStoreFixture.job("3", .completed, modified: 3_000_000_000), order: 3)
        sweeper.noteEnded(1, at: Self.time(10))
        sweeper.step(on: fixture.writer, at: Self.time(10), isIdle: true)
        #expect(sweeper.wait(at: Self.time(10)) == .seconds(60))
    }

    @Test func aStoreThatCannotBeWrittenIsLeftForAMinute() throws {
        let fixture = try fixture(ended: 1...2)
        let connection = try SQLiteConnection(path: fixture.folder + "/db")
        try connection.execute("CREATE TRIGGER refuse BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'no'); END")
        var sweeper = JobSweeper(JobRetention(ageMax: .zero, countMax: nil))
        sweep(&sweeper, fixture, at: Self.time(1000))
        #expect(try fixture.names == ["1", "2"])
        let connectionAgain = try SQLiteConnection(path: fixture.folder + "/db")
        #expect(try connectionAgain.integer("SELECT COUNT(*) FROM history") == 6)
        try connection.execute("DROP TRIGGER refuse")
        sweep(&sweeper, fixture, at: Self.time(1060))
        #expect(try fixture.names == [])
    }
}
