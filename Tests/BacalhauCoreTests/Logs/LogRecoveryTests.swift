import BacalhauModel
import Glibc
import Synchronization
import Testing

@testable import BacalhauCore

/// Each store stands for one process.
struct LogRecoveryTests {
    private let folder = ScratchFolder()
    private let id = ExecutionID(rawValue: "e-1")

    private func store() throws -> LogStore {
        try LogStore(directory: folder.at("logs"), now: { Timestamp(nanoseconds: 7) })
    }

    private func texts(_ store: LogStore, follow: Bool = false) async throws -> [String] {
        var texts: [String] = []
        for try await batch in try store.read(id, follow: follow) { texts += batch.map(\.text) }
        return texts
    }

    @Test func aLogWhoseWriterDiedIsReadToItsEnd() async throws {
        let log = try store().open(id)
        log.append(.stdout, "a")
        #expect(try await texts(store(), follow: true) == ["a"])
    }

    @Test func aLogIsContinuedAfterARestart() async throws {
        let first = try store().open(id)
        first.append(.stdout, "a")
        first.append(.stderr, "b")
        let store = try store()
        let second = try store.open(id)
        #expect(second.info.bytes == [.stdout: 1, .stderr: 1])
        #expect(second.info.lastTime == Timestamp(nanoseconds: 7))
        second.append(.stdout, "c")
        #expect(try await texts(store) == ["a", "b", "c"])
        #expect(second.runResult(exitCode: 0).stdout == "ac")
        second.finish()
        #expect(try self.store().info(id).lastSequence == 3)
    }

    @Test func whoGoesOnIsToldWhatIsThere() throws {
        let clock = Mutex<Int64>(0)
        func store() throws -> LogStore {
            try LogStore(
                directory: folder.at("logs"),
                now: {
                    Timestamp(
                        nanoseconds: clock.withLock { time in
                            time += 1
                            return time
                        })
                })
        }
        let first = try store().open(id)
        #expect(first.written == WrittenOutput(bytes: [.stdout: 0, .stderr: 0]))
        #expect(first.recentOutput(since: .zero, bytesMax: 100) == RecentOutput())
        for text in ["one ", "two "] { first.append(.stdout, text) }
        // Neither before what is there nor now.
        for (text, time) in [("three ", 1), ("", 3)] as [(String, Int64)] {
            Array(text.utf8).withUnsafeBytes {
                first.append(.stdout, $0, writtenAt: Timestamp(nanoseconds: time))
            }
        }
        first.append(.stderr, "E")
        let second = try store().open(id)
        #expect(
            second.written
                == WrittenOutput(
                    bytes: [.stdout: 14, .stderr: 1], firstTime: Timestamp(nanoseconds: 1),
                    lastTime: Timestamp(nanoseconds: 3)))
        func recent(_ since: Int64, _ bytesMax: Int) -> (String, Int64?) {
            let output = second.recentOutput(since: Timestamp(nanoseconds: since), bytesMax: bytesMax)
            let streams = [StandardStream.stdout, .stderr].map {
                String(decoding: output.bytes[$0] ?? [], as: UTF8.self)
            }
            return (streams.joined(separator: "|"), output.firstTime?.nanoseconds)
        }
        #expect(recent(0, 100) == ("one two three |E", 1))
        #expect(recent(2, 100) == ("two three |E", 2))
        #expect(recent(0, 2) == ("three |E", 2))
        #expect(recent(5, 100) == ("|", nil))
    }

    @Test func aFinishedLogTakesNothingMore() async throws {
        let first = try store().open(id)
        first.append(.stdout, "a")
        first.finish()
        let store = try store()
        let second = try store.open(id)
        second.append(.stdout, "b")
        #expect(second.info.isFinished)
        #expect(second.runResult(exitCode: 0).stdout == "a")
        #expect(try await texts(store, follow: true) == ["a"])
    }

    @Test(arguments: 1...27)
    func aTornRecordIsCutOff(_ missing: Int) async throws {
        let first = try store().open(id)
        first.append(.stdout, "whole")
        let whole = try #require(folder.read("logs/e-1.log")).count
        first.append(.stdout, "tor")
        let bytes = try #require(folder.read("logs/e-1.log"))
        #expect(bytes.count == whole + 27)
        folder.write("logs/e-1.log", Array(bytes.dropLast(missing)))
        #expect(try await texts(store()) == ["whole"])
        let store = try store()
        let log = try store.open(id)
        #expect(folder.read("logs/e-1.log")?.count == whole)
        log.append(.stdout, "next")
        #expect(try await texts(store) == ["whole", "next"])
    }

    @Test func zeroesBehindTheLastRecordAreCutOff() async throws {
        let first = try store().open(id)
        first.append(.stdout, "whole")
        folder.write("logs/e-1.log", [UInt8](repeating: 0, count: 5000), append: true)
        #expect(try await texts(store()) == ["whole"])
        let second = try store()
        try second.open(id).append(.stdout, "next")
        #expect(try await texts(second) == ["whole", "next"])
    }

    @Test(arguments: [0, 1, 7])
    func aFileThatWasTornWhileItWasMadeIsAnEmptyLog(_ length: Int) async throws {
        let first = try store()
        folder.write("logs/e-1.log", Array([UInt8(ascii: "B"), 76, 79, 71, 0, 0, 0, 1].prefix(length)))
        #expect(try await texts(first) == [])
        try first.open(id).append(.stdout, "a")
        #expect(try await texts(first) == ["a"])
    }

    @Test func anotherFileIsNotTakenForALog() throws {
        let store = try store()
        folder.write("logs/e-1.log", "something else entirely")
        #expect(throws: LogError.notALog(path: folder.at("logs/e-1.log"))) { try store.open(id) }
        #expect(throws: LogError.notALog(path: folder.at("logs/e-1.log"))) { try store.read(id) }
        #expect(folder.text("logs/e-1.log") == "something else entirely")
    }

    @Test func oldLogsAreRemovedAndThoseInUseStay() throws {
        let store = try store()
        for name in ["e-1", "e-2", "e-3", "e-4"] {
            let log = try store.open(ExecutionID(rawValue: name))
            log.append(.stdout, "12345678901234567890")
            if name != "e-2" { log.finish() }
        }
        for (index, name) in ["e-1", "e-2", "e-3", "e-4"].enumerated() {
            let time = timespec(tv_sec: 100 * (index + 1), tv_nsec: 0)
            utimensat(AT_FDCWD, folder.at("logs/\(name).log"), [time, time], 0)
        }
        let now = Timestamp(nanoseconds: 500 * 1_000_000_000)
        #expect(try store.sweep(LogRetention(), at: now) == [])
        #expect(
            try store.sweep(LogRetention(ageMax: .seconds(150)), at: now, protecting: [ExecutionID(rawValue: "e-3")])
                == [ExecutionID(rawValue: "e-1")])
        #expect(try store.sweep(LogRetention(bytesMax: 160), at: now) == [ExecutionID(rawValue: "e-3")])
        #expect(folder.names("logs") == ["e-2.log", "e-4.log"])
    }
}
