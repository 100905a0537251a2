internal import BacalhauModel

/// One piece of output.
struct LogRecord: Hashable, Sendable {
    /// Counts the records of an execution from 1.
    let sequence: UInt64
    /// When the output arrived.
    let time: Timestamp
    let stream: StandardStream
    /// What was written: not necessarily a line, nor UTF-8. Shares the memory of its batch.
    let bytes: ArraySlice<UInt8>

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
