internal import BacalhauModel

/// Where the records of a log end, and what they sum up to.
struct LogTail {
    /// Behind the last whole record of output.
    var end = LogFormat.start
    /// Payload length of that record; 0 when there is none.
    var lastLength = 0
    var lastSequence: UInt64 = 0
    /// Of a log that is written or was scanned; the end of a finished one does not tell.
    var firstTime: Timestamp?
    var lastTime: Timestamp?
    var totals = LogTotals()
    /// Bytes of output that the file holds.
    var kept: UInt64 = 0
    var isFinished = false

    /// Bytes of each stream, kept or dropped.
    var bytes: [StandardStream: UInt64] { [.stdout: totals.stdout, .stderr: totals.stderr] }

    mutating func add(_ header: LogHeader) {
        end += UInt64(LogHeader.size + header.length)
        lastLength = header.length
        lastSequence = header.sequence
        if firstTime == nil { firstTime = header.time }
        lastTime = header.time
        kept += UInt64(header.length)
        if let stream = StandardStream(rawValue: header.kind) { totals.count(stream, header.length) }
    }
}

extension LogFile {
    /// Whether the file begins as a log; `false` for one that is empty or was torn while it was made.
    func hasMark() throws(LogError) -> Bool {
        let mark = try read(count: LogFormat.mark.count, at: 0)
        if mark == LogFormat.mark { return true }
        if LogFormat.mark.starts(with: mark) || mark.allSatisfy({ $0 == 0 }) { return false }
        throw .notALog(path: path)
    }

    /// The tail of a finished log, found in its last record; `nil` when the log is not finished.
    func finishedTail() throws(LogError) -> LogTail? {
        let size = try size()
        let record = UInt64(LogHeader.size + LogTotals.size)
        guard try hasMark(), size >= LogFormat.start + record else { return nil }
        let bytes = try read(count: Int(record), at: size - record)
        return bytes.withUnsafeBytes { bytes in
            guard bytes.count == Int(record), let header = LogHeader(bytes), header.kind == LogFormat.totalsKind,
                header.length == LogTotals.size
            else { return nil }
            var tail = LogTail()
            tail.end = size - record
            tail.lastLength = header.previousLength
            tail.lastSequence = header.sequence - 1
            tail.lastTime = header.sequence > 1 ? header.time : nil
            guard let totals = LogTotals(UnsafeRawBufferPointer(rebasing: bytes[LogHeader.size...])),
                let kept = totals.kept
            else { return nil }
            tail.totals = totals
            tail.kept = kept
            tail.isFinished = true
            return tail
        }
    }

    /// Reads the file from its beginning up to where it stops making sense, which is the end of a log whose writer
    /// died: a record that was being written then is torn.
    func scannedTail(visit: (StandardStream, UnsafeRawBufferPointer) -> Void = { _, _ in }) throws(LogError) -> LogTail
    {
        var tail = LogTail()
        guard try hasMark() else { return tail }
        while true {
            let chunk = try read(count: LogFormat.chunk, at: tail.end)
            let before = tail.end
            chunk.withUnsafeBytes { bytes in
                tail.consume(bytes, visit: visit)
            }
            if tail.isFinished || tail.end == before { return tail }
        }
    }
}

extension LogTail {
    /// Takes the whole records at the beginning of a chunk that continues this tail.
    fileprivate mutating func consume(
        _ bytes: UnsafeRawBufferPointer, visit: (StandardStream, UnsafeRawBufferPointer) -> Void
    ) {
        var offset = 0
        while offset + LogHeader.size <= bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            guard let header = LogHeader(rest), header.sequence == lastSequence + 1,
                header.previousLength == lastLength, LogHeader.size + header.length <= rest.count
            else { return }
            let payload = UnsafeRawBufferPointer(rebasing: rest[LogHeader.size..<LogHeader.size + header.length])
            guard let stream = StandardStream(rawValue: header.kind) else {
                // What only looks like the end is torn as any other record.
                guard let last = LogTotals(payload), last.kept == kept else { return }
                totals = last
                isFinished = true
                return
            }
            visit(stream, payload)
            add(header)
            offset += LogHeader.size + header.length
        }
    }
}
