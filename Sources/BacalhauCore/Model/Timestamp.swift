/// A point in time: nanoseconds since 1970-01-01 00:00 UTC, as the wire carries it.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Nanoseconds since 1970-01-01 00:00 UTC; negative before.
    public var nanoseconds: Int64

    /// The point in time so many nanoseconds after 1970-01-01 00:00 UTC.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The value that stands for "never" on the wire.
    public static let zero = Timestamp(nanoseconds: 0)

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The point in time `right` later. Beyond the years 1677 to 2262 it wraps around.
    public static func + (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(nanoseconds: left.nanoseconds &+ right.wholeNanoseconds)
    }

    /// How long after `earlier` this is; negative when it is before.
    public func duration(since earlier: Timestamp) -> Duration {
        .nanoseconds(nanoseconds &- earlier.nanoseconds)
    }
}

extension Duration {
    /// The length in nanoseconds, held at the bounds of 64 bits (292 years).
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        return product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }

    /// The length in seconds with a fraction.
    public var fractionalSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
