public import BacalhauModel

/// The end of what reached an execution's log.
public struct RecentOutput: Hashable, Sendable {
    /// The end of each stream.
    public var bytes: [StandardStream: [UInt8]]
    /// When the earliest of it came; `nil` for nothing.
    public var firstTime: Timestamp?

    /// Makes an end; by default an empty one.
    public init(bytes: [StandardStream: [UInt8]] = [:], firstTime: Timestamp? = nil) {
        self.bytes = bytes
        self.firstTime = firstTime
    }
}
