public import BacalhauModel
public import BacalhauSupport
import Synchronization

/// A clock that stands still until a test turns it.
public final class TurnedClock: WallClock {
    private let time: Mutex<Timestamp>

    /// Sets the clock.
    public init(_ time: Timestamp = Timestamp(nanoseconds: 1_000_000_000)) { self.time = Mutex(time) }

    public func now() -> Timestamp { time.withLock { $0 } }
    public func uptime() -> Int64 { now().nanoseconds }

    /// Lets time pass.
    public func turn(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}
