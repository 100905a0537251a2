/// The bytes of a connection that the system has not taken yet.
struct OutgoingBytes {
    private var buffer: [UInt8] = []
    private var position = 0
    /// How many bytes were ever added.
    private(set) var total = 0

    var unsent: Int { buffer.count - position }

    mutating func append(_ bytes: [UInt8]) {
        buffer += bytes
        total += bytes.count
    }

    func withUnsent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[position...])) }
    }

    mutating func sent(_ count: Int) {
        position += count
        if position == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
            position = 0
        } else if position >= 1 << 20 {
            buffer.removeFirst(position)
            position = 0
        }
    }
}
