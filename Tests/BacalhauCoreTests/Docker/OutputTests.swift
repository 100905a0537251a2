import BacalhauModel
import BacalhauSupport
import Synchronization
import Testing

@testable import BacalhauCore

/// Collects what reaches a log.
private final class CollectingLog: ExecutionLogWriter {
    private let streams = Mutex<[StandardStream: [UInt8]]>([:])
    private let latest = Mutex<Timestamp?>(nil)
    /// The time that the latest output was said to be of.
    var time: Timestamp? { latest.withLock { $0 } }

    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, writtenAt: Timestamp?) {
        streams.withLock { $0[stream, default: []] += bytes }
        latest.withLock { $0 = writtenAt }
    }

    var written: WrittenOutput { WrittenOutput(bytes: streams.withLock { $0.mapValues { UInt64($0.count) } }) }
    func recentOutput(since: Timestamp, bytesMax: Int) -> RecentOutput { RecentOutput() }

    func text(_ stream: StandardStream) -> String {
        String(decoding: streams.withLock { $0[stream] ?? [] }, as: UTF8.self)
    }
}

private func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
    let count = UInt32(text.utf8.count)
    return [stream, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + Array(text.utf8)
}

/// A frame of the engine's log.
private func timedFrame(_ stream: UInt8, _ text: String, second: Int = 10) -> [UInt8] {
    frame(stream, "2026-11-25T08:15:\(second).000000005Z " + text)
}

@Suite struct OutputTests {
    @Test(arguments: 1...24)
    func framesCutAnywhereArriveWhole(_ size: Int) throws {
        let log = CollectingLog()
        var relay = OutputRelay(log: log)
        let bytes = frame(1, "hello ") + frame(2, "bad") + frame(1, "") + frame(1, "world")
        for start in stride(from: 0, to: bytes.count, by: size) {
            try relay.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(log.text(.stdout) == "hello world")
        #expect(log.text(.stderr) == "bad")
    }

    @Test func engineComplaintsGoToStderr() throws {
        let log = CollectingLog()
        var relay = OutputRelay(log: log)
        try relay.feed(frame(3, "trouble"))
        #expect(log.text(.stderr) == "trouble")
    }

    @Test func unknownStreamIsAnError() {
        var demultiplexer = FrameDemultiplexer()
        #expect(throws: FrameDemultiplexer.Failure.unknownStream(7)) {
            try demultiplexer.feed(frame(7, "x")) { _, _, _ in }
        }
    }

    @Test func hugeFrameTakesNoMemory() throws {
        var demultiplexer = FrameDemultiplexer()
        var count = 0
        try demultiplexer.feed([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff] + Array("abc".utf8)) { _, part, _ in
            count += part.count
        }
        #expect(count == 3)
        #expect(!demultiplexer.isAtBoundary)
    }

    @Test func secondReadingAddsOnlyWhatIsNew() throws {
        let log = CollectingLog()
        var relay = OutputRelay(log: log)
        try relay.feed(frame(1, "one ") + frame(2, "E1 ") + Array(frame(1, "two ").prefix(10)))
        relay.restart(known: log.written.bytes)
        try relay.feed(timedFrame(1, "one two ") + timedFrame(1, "three") + timedFrame(2, "E1 E2"))
        #expect(log.text(.stdout) == "one two three")
        #expect(log.text(.stderr) == "E1 E2")
        #expect(relay.stderrStart == Array("E1 E2".utf8))
    }

    @Test(arguments: [1, 7, 30, 1000]) func aReadingMayBeginInTheMiddle(size: Int) throws {
        let log = CollectingLog()
        log.append(.stdout, "one two ")
        log.append(.stderr, "E1 ")
        var relay = OutputRelay(log: log)
        relay.restart(known: [.stdout: 4])
        let bytes = timedFrame(1, "two ") + timedFrame(2, "E2") + timedFrame(1, "three", second: 11)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try relay.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(log.time == RFC3339.time("2026-11-25T08:15:11.000000005Z"))
        #expect(log.text(.stdout) == "one two three")
        #expect(log.text(.stderr) == "E1 E2")
        #expect(relay.stderrStart.isEmpty)
    }

    @Test(arguments: [
        ("abcdef", "defgh", 3), ("abcdef", "abcdef", 6), ("abc", "xyz", 0), ("abcab", "abcabc", 5), ("xxab", "abxx", 2),
        ("cdcdcd", "cdcd", 4), ("ab", "xab", 0), ("", "a", 0), ("a", "", 0), ("aabaaab", "aabaab", 3),
    ])
    func theLongestOverlapIsFound(end: String, next: String, length: Int) {
        #expect(EngineLog.overlap(of: Array(end.utf8), with: Array(next.utf8)) == length)
    }

    /// The engine has a line when it is complete.
    @Test(arguments: [("a\nb\nha", "b\n", 4), ("a\nha", "", 2), ("a\nb\n", "b\nc\n", 2), ("ha", "half\n", 2)])
    func aLineThatIsNotCompleteIsKnown(ours: String, theirs: String, count: Int) {
        #expect(EngineLog.known(of: Array(theirs.utf8), in: [Array(ours.utf8)]) == count)
    }

    @Test(arguments: [("t\nt\nt\n", 2), ("s\nt\nu\n", 4)])
    func asLittleAsFitsIsKnown(theirs: String, count: Int) {
        let ends = ["t\n", "t\ns\nt\n"].map { Array($0.utf8) }
        #expect(EngineLog.known(of: Array(theirs.utf8), in: ends) == count)
    }

    @Test func startOfStderrIsKeptWithinItsLimit() throws {
        var relay = OutputRelay(log: CollectingLog())
        try relay.feed(frame(2, String(repeating: "x", count: 400)) + frame(2, String(repeating: "y", count: 400)))
        #expect(relay.stderrStart.count == OutputRelay.stderrStartMax)
    }

    @Test func errorInTheMiddleOfAPullIsFound() {
        var progress = PullProgress()
        let text = """
            {"status":"Pulling from library/x"}\r
            {"errorDetail":{"message":"no space left"},"error":"no space"}\r
            {"error":"second"}
            """
        for byte in text.utf8 { progress.feed([byte]) }
        progress.finish()
        #expect(progress.failure == "no space left")
    }

    @Test func pullWithoutErrorHasNone() {
        var progress = PullProgress()
        progress.feed(Array("{\"status\":\"done\"}\r\nnot json\n".utf8))
        progress.feed(Array(repeating: UInt8(ascii: "x"), count: PullProgress.lineBytesMax + 10))
        progress.finish()
        #expect(progress.failure == nil)
    }
}
