import BacalhauModel
import Glibc
import Testing

@testable import BacalhauCore

/// One store in a folder of its own whose clock counts calls.
struct LogStoreTests {
    private let folder = ScratchFolder()
    private let id = ExecutionID(rawValue: "e-1")

    private func store(_ limits: LogLimits = LogLimits()) throws -> LogStore {
        try LogStore(directory: folder.at("logs"), limits: limits, now: { Timestamp(nanoseconds: 7) })
    }

    private func text(_ reader: LogReader) async throws -> String {
        var text = ""
        for try await batch in reader {
            for record in batch { text += "\(record.sequence)\(record.stream == .stdout ? "o" : "e"):\(record.text)|" }
        }
        return text
    }

    @Test func recordsAreReadInTheOrderOfWritingWhileTheLogIsWrittenAndAfter() async throws {
        let store = try store()
        let log = try store.open(id)
        log.append(.stdout, "a\n")
        log.append(.stderr, "b\n")
        #expect(try await text(store.read(id)) == "1o:a\n|2e:b\n|")
        log.append(.stdout, "c")
        log.finish()
        #expect(try await text(store.read(id, follow: true)) == "1o:a\n|2e:b\n|3o:c|")
        for try await batch in try store.read(id) { #expect(batch.first?.time == Timestamp(nanoseconds: 7)) }
    }

    @Test func anExecutionWithoutOutputCostsNoFile() async throws {
        let store = try store()
        let log = try store.open(id)
        #expect(try await text(store.read(id)) == "")
        log.finish()
        #expect(folder.names("logs") == [])
        #expect(try await text(store.read(id, follow: true)) == "")
    }

    @Test func aFollowerGetsWhatIsWrittenLaterAndEndsWithTheLog() async throws {
        let store = try store()
        let log = try store.open(id)
        let reader = try store.read(id, follow: true)
        async let followed = text(reader)
        var iterator = try store.read(id, follow: true).makeAsyncIterator()
        log.append(.stdout, "one")
        #expect(try await iterator.next()?.map(\.text) == ["one"])
        log.append(.stdout, "two")
        #expect(try await iterator.next()?.map(\.text) == ["two"])
        log.finish()
        #expect(try await iterator.next() == nil)
        #expect(try await followed == "1o:one|2o:two|")
    }

    @Test func manyFollowersEndWhenCancelled() async throws {
        let store = try store()
        let log = try store.open(id)
        log.append(.stdout, "x")
        let outcomes = await withTaskGroup(of: LogError?.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    do throws(LogError) {
                        var iterator = try store.read(id, from: .now, follow: true).makeAsyncIterator()
                        _ = try await iterator.next()
                        return nil
                    } catch { return error }
                }
            }
            group.cancelAll()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 1000)
        #expect(outcomes.allSatisfy { $0 == .cancelled })
    }

    @Test func aReaderThatDoesNotFollowEndsWithWhatWasThereWhenItWasMade() async throws {
        let store = try store()
        let log = try store.open(id)
        log.append(.stdout, "old")
        let reader = try store.read(id)
        log.append(.stdout, "new")
        #expect(try await text(reader) == "1o:old|")
    }

    @Test(arguments: [
        (LogPosition.last(0), ""), (.last(1), "4o:four|"), (.last(2), "3e:three\n|4o:four|"),
        (.last(3), "2o:two\n|3e:three\n|4o:four|"), (.last(4), "1o:one\n|2o:two\n|3e:three\n|4o:four|"),
        (.last(99), "1o:one\n|2o:two\n|3e:three\n|4o:four|"), (.now, ""),
        (.sequence(0), "1o:one\n|2o:two\n|3e:three\n|4o:four|"),
        (.sequence(3), "3e:three\n|4o:four|"), (.sequence(5), ""),
    ])
    func readingBeginsWhereItIsAskedTo(_ position: LogPosition, _ expected: String) async throws {
        let store = try store()
        let log = try store.open(id)
        log.append(.stdout, "one\n")
        log.append(.stdout, "two\n")
        log.append(.stderr, "three\n")
        log.append(.stdout, "four")
        #expect(try await text(store.read(id, from: position)) == expected)
        log.finish()
        #expect(try await text(store.read(id, from: position)) == expected)
    }

    @Test func theLastLinesMayBeginInsideARecord() async throws {
        let store = try store()
        let log = try store.open(id)
        log.append(.stdout, "one\ntwo\nthree\n")
        log.append(.stdout, "four\n")
        #expect(try await text(store.read(id, from: .last(2))) == "1o:three\n|2o:four\n|")
    }

    @Test func theLastLinesOfALongLogAreFoundFromItsEnd() async throws {
        let store = try store()
        let log = try store.open(id)
        for line in 1...40_000 { log.append(.stdout, "line number \(line) of this long log\n") }
        #expect(
            try await text(store.read(id, from: .last(2)))
                == "39999o:line number 39999 of this long log\n|40000o:line number 40000 of this long log\n|")
        #expect(try await text(store.read(id, from: .last(30_000))).hasPrefix("10001o:"))
        #expect(try await text(store.read(id, from: .sequence(20_000))).hasPrefix("20000o:"))
    }

    @Test func outputBeyondTheLimitIsCountedAndDropped() async throws {
        let store = try store(LogLimits(bytesMax: 5, headBytesMax: 11))
        let log = try store.open(id)
        log.append(.stdout, "hello world")
        log.append(.stderr, "x")
        log.finish()
        #expect(try await text(store.read(id)) == "1o:hello|")
        let info = try store.info(id)
        #expect(info.bytes == [.stdout: 11, .stderr: 1])
        #expect(info.droppedBytes == 7)
        #expect(info.isFinished)
    }

    @Test(arguments: [
        (0, 0, "", true), (5, 11, "hello world", false), (11, 5, "hello", true), (100, 100, "hello world", false),
    ])
    func theSummaryHasItsOwnLimit(_ file: UInt64, _ head: Int, _ summary: String, _ isTruncated: Bool) throws {
        let log = try store(LogLimits(bytesMax: file, headBytesMax: head)).open(id)
        log.append(.stdout, "hello world")
        let result = log.runResult(exitCode: 3, errorMessage: "why")
        #expect(
            result
                == RunResult(stdout: summary, stdoutTruncated: isTruncated, exitCode: 3, errorMessage: "why"))
    }

    @Test(arguments: [("aé", 2, "a"), ("a€", 3, "a"), ("a😀b", 4, "a"), ("a😀b", 5, "a😀"), ("é", 1, "")])
    func theSummaryEndsWithAWholeCharacter(_ output: String, _ limit: Int, _ summary: String) throws {
        let log = try store(LogLimits(headBytesMax: limit)).open(id)
        log.append(.stderr, output)
        let result = log.runResult(exitCode: 0)
        #expect(result.stderr == summary)
        #expect(result.stderrTruncated)
    }

    @Test func oneStreamIsCopiedToAFile() async throws {
        let store = try store()
        let log = try store.open(id)
        for number in 0..<100 {
            log.append(.stdout, "\(number),")
            log.append(.stderr, "no")
        }
        #expect(try await store.writeStream(.stdout, of: id, to: folder.at("stdout")) == 290)
        #expect(folder.text("stdout") == (0..<100).map { "\($0)," }.joined())
        #expect(try await store.writeStream(.stdout, of: ExecutionID(rawValue: "e-2"), to: folder.at("empty")) == 0)
        #expect(folder.read("empty") == [])
    }

    @Test func piecesLargerThanARecordAreKeptWhole() async throws {
        let store = try store()
        let log = try store.open(id)
        let output = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        log.append(.stdout, output)
        log.finish()
        var read: [UInt8] = []
        for try await batch in try store.read(id) { for record in batch { read += record.bytes } }
        #expect(read == output)
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\0b", ".hidden", "ä", String(repeating: "x", count: 201)])
    func namesThatAreNoPlainFileNamesAreRefused(_ name: String) throws {
        let id = ExecutionID(rawValue: name)
        let store = try store()
        #expect(throws: LogError.invalidName(id)) { try store.open(id) }
        #expect(throws: LogError.invalidName(id)) { try store.read(id) }
        #expect(throws: LogError.invalidName(id)) { try store.remove(id) }
    }

    @Test func aRemovedLogIsGoneAndItsFollowersEnd() async throws {
        let store = try store()
        let log = try store.open(id)
        log.append(.stdout, "x")
        var iterator = try store.read(id, follow: true).makeAsyncIterator()
        #expect(try await iterator.next()?.count == 1)
        try store.remove(id)
        #expect(try await iterator.next() == nil)
        #expect(folder.names("logs") == [])
        try store.remove(id)
    }
}

extension ExecutionLog {
    func append(_ stream: StandardStream, _ bytes: [UInt8]) { bytes.withUnsafeBytes { append(stream, $0) } }
}
