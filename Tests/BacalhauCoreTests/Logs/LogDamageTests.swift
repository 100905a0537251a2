import BacalhauModel
import Glibc
import Testing

@testable import BacalhauCore

/// Files that look like logs and are none, as a broken disk or a stranger leaves them.
struct LogDamageTests {
    private let folder = ScratchFolder()
    private let id = ExecutionID(rawValue: "e-1")

    private func store(holding bytes: [UInt8]) throws -> LogStore {
        let store = try LogStore(directory: folder.at("logs"), now: { Timestamp(nanoseconds: 7) })
        folder.write("logs/e-1.log", LogFormat.mark + bytes)
        return store
    }

    private func record(kind: UInt8, previous: Int = 0, sequence: UInt64 = 1, _ payload: [UInt8]) -> [UInt8] {
        let header = LogHeader(
            kind: kind, length: payload.count, previousLength: previous, sequence: sequence, time: .zero)
        var bytes = [UInt8](repeating: 0, count: LogHeader.size)
        bytes.withUnsafeMutableBytes { header.encode(into: $0) }
        return bytes + payload
    }

    /// Stdout, stderr and dropped.
    private func totals(_ numbers: [UInt64]) -> [UInt8] {
        numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    }

    @Test(arguments: [[UInt64.max, 1, 0], [0, 0, 1], [UInt64.max, 0, 0], [1 << 63, 0, 0]])
    func totalsThatCannotBeAreNoEnd(_ numbers: [UInt64]) throws {
        let store = try store(holding: record(kind: LogFormat.totalsKind, totals(numbers)))
        #expect(try store.info(id).lastSequence == 0)
        let log = try store.open(id)
        #expect(!log.info.isFinished)
    }

    @Test func shortTotalsAreNotReadBeyondTheirEnd() throws {
        let store = try store(holding: record(kind: LogFormat.totalsKind, [1]))
        #expect(try !store.open(id).info.isFinished)
    }

    @Test func lengthBeforeThatNoRecordHasIsNotFollowed() throws {
        let payload = [UInt8](repeating: 65, count: LogFormat.payloadMax)
        var bytes: [UInt8] = []
        for number in 1...8 {
            bytes += record(
                kind: StandardStream.stdout.rawValue, previous: number == 1 ? 0 : payload.count,
                sequence: UInt64(number),
                payload)
        }
        let end = record(
            kind: LogFormat.totalsKind, previous: 300_000, sequence: 9, totals([UInt64(8 * payload.count), 0, 0]))
        let store = try store(holding: bytes + end)
        guard case .stored(let file, let tail) = try store.source(id) else {
            Issue.record("the log is not stored")
            return
        }
        #expect(tail.lastSequence == 8)
        #expect(throws: Never.self) { try LogSearch.find(.last(1), in: file, tail: tail) }
    }
}
