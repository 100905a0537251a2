internal import BacalhauModel

/// Takes the engine's multiplexed output apart: frames of an 8 byte head (stream, three zeros, length) and a payload.
///
/// Pieces may be cut anywhere. Payload is passed on as it comes and never collected, so a frame of any length takes
/// no memory.
struct FrameDemultiplexer: Sendable {
    /// Why the bytes are no frames.
    enum Failure: Error, Hashable, Sendable {
        /// No known stream has this number.
        case unknownStream(UInt8)
    }

    private var head: [UInt8] = []
    private var stream = StandardStream.stdout
    private var remaining = 0
    private var isStart = false

    /// Whether the bytes so far end with a complete frame.
    var isAtBoundary: Bool { head.isEmpty && remaining == 0 }

    /// Takes payload: of which stream, and whether a frame begins with it.
    typealias Receiver = (_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, _ isStart: Bool) -> Void

    /// Takes the next bytes and hands out the payload in them, piece by piece in order.
    mutating func feed(_ piece: [UInt8], _ handOut: Receiver) throws(Failure) {
        var frames = self
        defer { self = frames }
        try piece.withUnsafeBufferPointer { bytes throws(Failure) in
            try frames.feed(UnsafeRawBufferPointer(bytes), handOut)
        }
    }

    private mutating func feed(_ bytes: UnsafeRawBufferPointer, _ handOut: Receiver) throws(Failure) {
        var position = 0
        while position < bytes.count {
            if remaining > 0 {
                let count = min(remaining, bytes.count - position)
                handOut(stream, UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]), isStart)
                isStart = false
                remaining -= count
                position += count
            } else {
                head.append(bytes[position])
                position += 1
                if head.count == 8 { try begin() }
            }
        }
    }

    private mutating func begin() throws(Failure) {
        switch head[0] {
        case 0, 1: stream = .stdout
        // 3 carries the engine's own complaints.
        case 2, 3: stream = .stderr
        default: throw .unknownStream(head[0])
        }
        remaining = head[4...].reduce(0) { $0 << 8 | Int($1) }
        isStart = true
        head.removeAll(keepingCapacity: true)
    }
}
