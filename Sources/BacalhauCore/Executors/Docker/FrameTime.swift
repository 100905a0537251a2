internal import BacalhauModel
internal import BacalhauSupport

/// Takes the times off the frames of an engine's log, which begin with one and a space.
struct FrameTime: Sendable {
    /// When what the present frame holds was written.
    private(set) var time: Timestamp?
    private var text: [UInt8] = []
    private var isInTime = false

    /// What of a piece of payload is output. `isStart`: a frame begins with it.
    mutating func output(in bytes: UnsafeRawBufferPointer, isStart: Bool) -> UnsafeRawBufferPointer {
        if isStart {
            isInTime = true
            text.removeAll(keepingCapacity: true)
        }
        guard isInTime else { return bytes }
        let end = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
        text.append(contentsOf: bytes[..<end])
        guard end < bytes.count else { return UnsafeRawBufferPointer(rebasing: bytes[end...]) }
        isInTime = false
        time = RFC3339.time(String(decoding: text, as: UTF8.self))
        return UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...])
    }
}
