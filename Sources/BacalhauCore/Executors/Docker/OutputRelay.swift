internal import BacalhauModel

/// Passes a container's output on to its execution's log, and knows how far it came.
///
/// Output that is read a second time, after the connection to the engine broke, is recognised by its position and
/// left out: each byte of a stream reaches the log once.
struct OutputRelay: Sendable {
    /// How many bytes of stderr are kept for explaining a failure.
    static let stderrStartMax = 512

    /// Where the output goes.
    let log: any ExecutionLogWriter
    private var demultiplexer = FrameDemultiplexer()
    /// For an engine's log; nothing for output that comes as it is written.
    private var frameTime: FrameTime?
    /// Bytes of each stream that reached the log.
    private var delivered: [StandardStream: UInt64] = [:]
    /// Bytes of each stream that the current reading has brought.
    private var seen: [StandardStream: UInt64] = [:]
    /// The beginning of stderr.
    private(set) var stderrStart: [UInt8] = []

    init(log: any ExecutionLogWriter) {
        self.log = log
    }

    /// Prepares for reading the engine's log, of which the first `known` bytes of each stream are in the log already.
    mutating func restart(known: [StandardStream: UInt64]) {
        demultiplexer = FrameDemultiplexer()
        frameTime = FrameTime()
        delivered = log.written.bytes
        seen = [:]
        for (stream, count) in delivered { seen[stream] = count - min(count, known[stream, default: 0]) }
    }

    /// Passes on what is new in a piece.
    mutating func feed(_ piece: [UInt8]) throws(FrameDemultiplexer.Failure) {
        var frames = demultiplexer
        defer { demultiplexer = frames }
        try frames.feed(piece) { stream, bytes, isStart in
            let output = frameTime?.output(in: bytes, isStart: isStart)
            pass(stream, output ?? bytes)
        }
    }

    private mutating func pass(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer) {
        let before = seen[stream, default: 0]
        seen[stream] = before + UInt64(bytes.count)
        let known = delivered[stream, default: 0]
        let skip = known > before ? min(known - before, UInt64(bytes.count)) : 0
        let fresh = UnsafeRawBufferPointer(rebasing: bytes[Int(skip)...])
        if stream == .stderr { addToStart(bytes, at: before) }
        guard !fresh.isEmpty else { return }
        delivered[stream] = known + UInt64(fresh.count)
        log.append(stream, fresh, writtenAt: frameTime?.time)
    }

    private mutating func addToStart(_ bytes: UnsafeRawBufferPointer, at position: UInt64) {
        let end = UInt64(stderrStart.count)
        guard stderrStart.count < Self.stderrStartMax, position <= end, end - position < bytes.count else { return }
        stderrStart += bytes[Int(end - position)...].prefix(Self.stderrStartMax - stderrStart.count)
    }
}
