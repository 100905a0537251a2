public import BacalhauModel

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Tells the time. Passed in wherever a decision depends on it, so that tests can turn the hands.
public protocol WallClock: Sendable {
    /// The time of day. May jump in both directions when somebody sets it.
    func now() -> Timestamp
    /// Nanoseconds since some fixed moment, for durations: never jumps, and goes on while the machine sleeps.
    func uptime() -> Int64
}

/// The machine's clock.
public struct SystemWallClock: WallClock {
    /// Makes a clock; all of them show the same.
    public init() {}

    /// The time of day (`CLOCK_REALTIME`).
    public func now() -> Timestamp { Timestamp(nanoseconds: SystemWallClock.read(CLOCK_REALTIME)) }

    /// Nanoseconds since the machine started (`CLOCK_BOOTTIME` on Linux).
    public func uptime() -> Int64 {
        #if canImport(Darwin)
            SystemWallClock.read(CLOCK_MONOTONIC)
        #else
            SystemWallClock.read(CLOCK_BOOTTIME)
        #endif
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
