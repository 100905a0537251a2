import BacalhauModel
import Glibc

@testable import BacalhauCore

/// Files of the log store, as a crash or somebody else may leave them: all ways of reading, then going on writing.
enum LogFuzzing {
    private static let id = ExecutionID(rawValue: "e-1")

    static func run(_ bytes: [UInt8]) {
        let path = FuzzFolder.write(bytes, to: "e-1.log")
        defer { unlink(path) }
        guard let store = try? LogStore(directory: FuzzFolder.path, now: { Timestamp(nanoseconds: 7) }) else { return }
        _ = try? store.info(id)
        for position in [LogPosition.start, .now, .last(2), .sequence(2)] { read(store, position) }
        guard let log = try? store.open(id) else { return }
        Array("more\n".utf8).withUnsafeBytes { log.append(.stdout, $0) }
        log.finish()
        _ = log.runResult(exitCode: 0)
        read(store, .start)
    }

    private static func read(_ store: LogStore, _ position: LogPosition) {
        guard case .stored(let file, let tail)? = try? store.source(id) else { return }
        _ = try? LogSearch.find(position, in: file, tail: tail)
        guard let reader = try? store.read(id, from: position) else { return }
        let records = Waiting.value {
            var count = 0
            do { for try await batch in reader { count += batch.count } } catch { return count }
            return count
        }
        FuzzTarget.claim(records <= 1 << 20, "a log ends")
    }
}
