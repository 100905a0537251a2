public import BacalhauModel

/// How much output has reached an execution's log, in this process and in earlier ones.
public struct WrittenOutput: Hashable, Sendable {
    /// Bytes of each stream, kept or dropped.
    public var bytes: [StandardStream: UInt64]
    /// When the first output came; `nil` while there is none.
    public var firstTime: Timestamp?
    /// When the latest output came; `nil` while there is none.
    public var lastTime: Timestamp?

    /// Makes a count; by default that of a log without output.
    public init(bytes: [StandardStream: UInt64] = [:], firstTime: Timestamp? = nil, lastTime: Timestamp? = nil) {
        self.bytes = bytes
        self.firstTime = firstTime
        self.lastTime = lastTime
    }
}
