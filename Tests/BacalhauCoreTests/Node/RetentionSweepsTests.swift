import BacalhauFiles
import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// A node lets old logs and results go, and keeps those it still has to answer for.
@Suite struct RetentionSweepsTests {
    private struct Clock: WallClock {
        let time: Timestamp
        func now() -> Timestamp { time }
        func uptime() -> Int64 { time.nanoseconds }
    }

    private let folder = ScratchFolder()

    /// A node's stores with output and a result of each execution.
    private func sweeps(
        _ executions: [String], at time: Timestamp, _ change: (inout ComputeSettings) -> Void = { _ in }
    ) throws -> RetentionSweeps {
        var settings = ComputeSettings()
        change(&settings)
        let sweeps = RetentionSweeps(
            settings: settings, store: try ComputeStore(path: folder.at("compute.db")),
            logs: try LogStore(directory: folder.at("logs")),
            results: try ResultStore(directory: folder.at("store")), clock: Clock(time: time))
        for name in executions {
            let log = try sweeps.logs.open(ExecutionID(rawValue: name))
            log.append(.stdout, "output")
            log.finish()
            folder.write("store/\(name).tar.gz", "archive")
        }
        return sweeps
    }

    private var kept: (logs: [String], results: [String]) {
        let results = folder.names("store").filter { $0.hasSuffix(".tar.gz") }.map { String($0.dropLast(7)) }
        return (folder.names("logs").map { String($0.dropLast(4)) }.sorted(), results.sorted())
    }

    private static let eightDays: Duration = .seconds(8 * 86_400)

    @Test func whatIsOlderThanAWeekGoesUnlessItsEndIsNotReportedYet() async throws {
        let sweeps = try sweeps(["e-1", "e-2"], at: SystemWallClock().now() + Self.eightDays)
        defer { sweeps.store.close() }
        let job = JobStoreFixture.job("1")
        try await sweeps.store.put(
            ComputeStore.Record(
                execution: JobStoreFixture.execution("2", of: job), job: job, phase: .ended, report: nil))
        try await sweeps.sweep()
        #expect(kept.logs == ["e-2"])
        #expect(kept.results == ["e-2"])
    }

    @Test func withinTheLimitsEverythingStays() async throws {
        let sweeps = try sweeps(["e-1", "e-2"], at: SystemWallClock().now())
        defer { sweeps.store.close() }
        try await sweeps.sweep()
        #expect(kept.logs == ["e-1", "e-2"])
        #expect(kept.results == ["e-1", "e-2"])
    }

    @Test func moreThanTheCountOrTheSizeIsCut() async throws {
        let sweeps = try sweeps(["e-1", "e-2", "e-3"], at: SystemWallClock().now()) { settings in
            settings.logRetention = LogRetention(countMax: 2)
            settings.resultRetention = ResultRetention(bytesMax: 7)
        }
        defer { sweeps.store.close() }
        try await sweeps.sweep()
        #expect(kept.logs.count == 2)
        #expect(kept.results.count == 1)
    }

    @Test func logsThatCannotBeListedDoNotKeepTheResults() async throws {
        let sweeps = try sweeps(["e-1"], at: SystemWallClock().now() + Self.eightDays)
        defer { sweeps.store.close() }
        try FileTree.remove(folder.at("logs"))
        await #expect(throws: LogError.file(path: folder.at("logs"), code: 2)) { try await sweeps.sweep() }
        #expect(kept.results == [])
    }
}
