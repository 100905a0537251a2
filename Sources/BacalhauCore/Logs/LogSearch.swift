internal import BacalhauModel

/// Where a reader begins: a record and how much of its payload is skipped.
struct LogStart: Equatable {
    var offset: UInt64
    var skippedBytes = 0
}

/// Finds places in a log by walking it from its end, which costs only what lies between.
struct LogSearch {
    /// How many bytes of output are looked through for lines at most.
    static let scanMax = 64 << 20

    private let file: LogFile
    /// Payload length of the record that ends at `end`; 0 at the beginning of the log.
    private var lastLength: Int
    private var end: UInt64
    /// A piece of the file that ends at `end`, or somewhere behind it.
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0

    init(_ file: LogFile, tail: LogTail) {
        self.file = file
        end = tail.end
        lastLength = tail.lastLength
    }

    static func find(_ position: LogPosition, in file: LogFile, tail: LogTail) throws(LogError) -> LogStart {
        var search = LogSearch(file, tail: tail)
        switch position {
        case .start: return LogStart(offset: LogFormat.start)
        case .now: return LogStart(offset: tail.end)
        case .last(let lines): return try search.lastLines(lines)
        case .sequence(let number):
            if number <= 1 { return LogStart(offset: LogFormat.start) }
            return try search.record(number, lastSequence: tail.lastSequence)
        }
    }

    private mutating func record(_ number: UInt64, lastSequence: UInt64) throws(LogError) -> LogStart {
        var next = lastSequence + 1
        while next > number, try step() != nil { next -= 1 }
        return LogStart(offset: end)
    }

    private mutating func lastLines(_ lines: Int) throws(LogError) -> LogStart {
        guard lines > 0 else { return LogStart(offset: end) }
        var missing = lines
        var scanned = 0
        var isLast = true
        while scanned < Self.scanMax, let payload = try step()?.payload {
            // The line feed at the very end closes the last line; it begins no new one.
            var rest = isLast && payload.last == UInt8(ascii: "\n") ? payload.dropLast() : payload
            isLast = false
            scanned += payload.count
            while let index = lastLineFeed(in: rest) {
                missing -= 1
                if missing == 0 { return start(skipping: index + 1 - payload.startIndex, of: payload.count) }
                rest = rest[..<index]
            }
        }
        return LogStart(offset: end)
    }

    private func lastLineFeed(in bytes: ArraySlice<UInt8>) -> Int? {
        // Without a buffer each byte would cost the checks of a slice.
        bytes.withUnsafeBytes { buffer in
            buffer.lastIndex(of: UInt8(ascii: "\n")).map { bytes.startIndex + $0 }
        }
    }

    private func start(skipping skipped: Int, of length: Int) -> LogStart {
        skipped < length
            ? LogStart(offset: end, skippedBytes: skipped)
            : LogStart(offset: end + UInt64(LogHeader.size + length))
    }

    /// What is at the end: see ``ExecutionLogWriter/recentOutput(since:bytesMax:)``.
    mutating func recentOutput(since: Timestamp, bytesMax: Int) throws(LogError) -> RecentOutput {
        var pieces: [(stream: StandardStream, bytes: [UInt8])] = []
        var output = RecentOutput()
        var count = 0
        while count < bytesMax, let (header, payload) = try step(), header.time >= since {
            guard let stream = StandardStream(rawValue: header.kind) else { break }
            pieces.append((stream, Array(payload)))
            output.firstTime = header.time
            count += payload.count
        }
        for piece in pieces.reversed() { output.bytes[piece.stream, default: []] += piece.bytes }
        return output
    }

    /// Goes to the record before and returns it, or `nil` at the beginning.
    private mutating func step() throws(LogError) -> (header: LogHeader, payload: ArraySlice<UInt8>)? {
        guard end > LogFormat.start, lastLength > 0 else { return nil }
        let size = UInt64(LogHeader.size + lastLength)
        guard end >= LogFormat.start + size else { throw .damaged(path: file.path, offset: end) }
        let start = end - size
        if window.isEmpty || start < windowStart {
            windowStart = end > UInt64(LogFormat.chunk) ? end - UInt64(LogFormat.chunk) : 0
            window = try file.read(count: Int(end - windowStart), at: windowStart)
        }
        let index = Int(start - windowStart)
        guard index + Int(size) <= window.count,
            let header = window.withUnsafeBytes({ LogHeader(UnsafeRawBufferPointer(rebasing: $0[index...])) }),
            header.length == lastLength
        else { throw .damaged(path: file.path, offset: start) }
        end = start
        lastLength = header.previousLength
        return (header, window[(index + LogHeader.size)..<(index + Int(size))])
    }
}
