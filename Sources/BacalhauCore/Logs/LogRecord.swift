public import BacalhauModel

/// One piece of output.
public struct LogRecord: Hashable, Sendable {
    /// Counts the records of an execution from 1.
    public let sequence: UInt64
    /// When the output arrived.
    public let time: Timestamp
    public let stream: StandardStream
    /// What was written: not necessarily a line, nor UTF-8. Shares the memory of its batch.
    public let bytes: ArraySlice<UInt8>

    public init(sequence: UInt64, time: Timestamp, stream: StandardStream, bytes: ArraySlice<UInt8>) {
        self.sequence = sequence
        self.time = time
        self.stream = stream
        self.bytes = bytes
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
