internal import BacalhauModel

/// Passes a container's output on to its execution's log, and knows how far it came.
///
/// Output that is read a second time, after the connection to the engine broke, is recognised by its position and
/// left out: each byte of a stream reaches the log once.
struct OutputRelay: Sendable {
    /// How many bytes of stderr are kept for explaining a failure.
    static let stderrStartMax = 512

    private let log: any ExecutionLogWriter
    private var demultiplexer = FrameDemultiplexer()
    /// Bytes of each stream that reached the log.
    private var delivered: [StandardStream: UInt64] = [:]
    /// Bytes of each stream that the current reading has brought.
    private var seen: [StandardStream: UInt64] = [:]
    /// The beginning of stderr.
    private(set) var stderrStart: [UInt8] = []

    init(log: any ExecutionLogWriter) {
        self.log = log
    }

    /// Prepares for reading the output again from its beginning.
    mutating func restart() {
        demultiplexer = FrameDemultiplexer()
        seen = [:]
    }

    /// Passes on what is new in a piece.
    mutating func feed(_ piece: [UInt8]) throws(FrameDemultiplexer.Failure) {
        var frames = demultiplexer
        defer { demultiplexer = frames }
        try piece.withUnsafeBufferPointer { bytes throws(FrameDemultiplexer.Failure) in
            try frames.feed(UnsafeRawBufferPointer(bytes)) { pass($0, $1) }
        }
    }

    private mutating func pass(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer) {
        let before = seen[stream, default: 0]
        seen[stream] = before + UInt64(bytes.count)
        let known = delivered[stream, default: 0]
        let skip = known > before ? min(known - before, UInt64(bytes.count)) : 0
        let fresh = UnsafeRawBufferPointer(rebasing: bytes[Int(skip)...])
        guard !fresh.isEmpty else { return }
        delivered[stream] = known + UInt64(fresh.count)
        if stream == .stderr, stderrStart.count < Self.stderrStartMax {
            stderrStart += fresh.prefix(Self.stderrStartMax - stderrStart.count)
        }
        log.append(stream, fresh)
    }
}
