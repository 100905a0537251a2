internal import BacalhauModel

/// The records of one log in batches, in the order they were written.
///
/// Nothing is read ahead: each batch is read when it is asked for, so a slow reader holds up nobody and holds no
/// memory. At the end of a log that is still written a follower waits for the writer; it does not poll.
struct LogReader: AsyncSequence, Sendable {
    typealias Element = [LogRecord]
    typealias Failure = LogError

    let source: LogSource
    let position: LogPosition
    let follows: Bool

    func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Reads the log of one reader.
    struct Iterator: AsyncIteratorProtocol {
        private let source: LogSource
        private let position: LogPosition
        private let follows: Bool
        private var place: LogStart?
        /// When the writer's output last ended a wait.
        private var lastWaking: ContinuousClock.Instant?
        private static let gatheringTime = Duration.milliseconds(5)

        init(_ reader: LogReader) {
            source = reader.source
            position = reader.position
            follows = reader.follows
        }

        /// The next records, at most about 256 KiB of them; `nil` at the end of the log.
        ///
        /// - Throws: `.cancelled` when the task was cancelled, and what kept the file from being read.
        mutating func next() async throws(LogError) -> [LogRecord]? {
            try await next(isolation: nil)
        }

        /// See ``next()``.
        mutating func next(isolation actor: isolated (any Actor)?) async throws(LogError) -> [LogRecord]? {
            while true {
                if Task.isCancelled { throw .cancelled }
                let view = source.view(follows: follows)
                if let file = view.file, let batch = try read(file, view.end) {
                    if batch.isEmpty { continue }
                    return batch
                }
                guard follows, !view.isFinished, case .live(let log, _) = source else { return nil }
                try await log.waitForMore(than: view.end)
                await Self.letWriterGetAhead(after: lastWaking)
                lastWaking = .now
            }
        }

        /// Makes one batch of what a busy writer writes in many small pieces: waking up for each costs more than the
        /// writing. What comes after a pause is not held up.
        private static func letWriterGetAhead(after lastWaking: ContinuousClock.Instant?) async {
            if let lastWaking, ContinuousClock.now - lastWaking < gatheringTime {
                // A cancelled wait is seen by the caller.
                try? await Task.sleep(for: gatheringTime)
            } else {
                await Task.yield()
            }
        }

        private mutating func read(_ file: LogFile, _ end: UInt64) throws(LogError) -> [LogRecord]? {
            let start: LogStart
            if let place {
                start = place
            } else {
                start = try LogSearch.find(position, in: file, tail: source.startTail)
            }
            place = start
            guard start.offset < end else { return nil }
            let count = Int(Swift.min(end - start.offset, UInt64(LogFormat.chunk)))
            let bytes = try file.read(count: count, at: start.offset)
            let (batch, used) = records(in: bytes, skipping: start.skippedBytes)
            guard used > 0 else { throw .damaged(path: file.path, offset: start.offset) }
            place = LogStart(offset: start.offset + UInt64(used))
            return batch
        }

        /// The whole records in a chunk, and how long they are.
        private func records(in bytes: [UInt8], skipping skipped: Int) -> ([LogRecord], used: Int) {
            var batch: [LogRecord] = []
            var offset = 0
            while offset + LogHeader.size <= bytes.count {
                let header = bytes.withUnsafeBytes { LogHeader(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
                guard let header, let stream = StandardStream(rawValue: header.kind) else { break }
                let payload = offset + LogHeader.size
                guard payload + header.length <= bytes.count else { break }
                let first = offset == 0 ? payload + Swift.min(skipped, header.length) : payload
                offset = payload + header.length
                // A reader may ask for a record that is still to come.
                if case .sequence(let number) = position, header.sequence < number { continue }
                batch.append(
                    LogRecord(
                        sequence: header.sequence, time: header.time, stream: stream, bytes: bytes[first..<offset]))
            }
            return (batch, offset)
        }
    }
}

/// What a reader reads from.
enum LogSource: Sendable {
    /// A log that this process writes, and how far it went when the reader was made.
    case live(ExecutionLog, LogTail)
    /// A log that nobody writes any more.
    case stored(LogFile, LogTail)
    /// An execution that wrote nothing.
    case empty

    /// How far the log went when the reader was made.
    var startTail: LogTail {
        switch self {
        case .live(_, let tail), .stored(_, let tail): tail
        case .empty: LogTail()
        }
    }

    /// How far may be read now. A reader that does not follow sees what was there when it was made.
    func view(follows: Bool) -> (file: LogFile?, end: UInt64, isFinished: Bool) {
        switch self {
        case .live(let log, let tail):
            let extent = log.extent
            return (extent.file, follows ? extent.tail.end : tail.end, extent.isFinished)
        case .stored(let file, let tail): return (file, tail.end, true)
        case .empty: return (nil, LogFormat.start, true)
        }
    }
}
