import BacalhauModel

/// One instant on the two clocks that matter.
struct Moment: Sendable {
    /// The time of day, for what people read. May jump.
    var wall: Timestamp
    /// Nanoseconds since some fixed moment, for deadlines: goes forward only and never jumps.
    var uptime: Int64
}
