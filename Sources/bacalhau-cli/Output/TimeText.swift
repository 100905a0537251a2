import BacalhauModel
import BacalhauSupport

/// Times as people read them, in UTC.
enum TimeText {
    /// `2006-01-02 15:04:05`
    static func full(_ time: Timestamp) -> String {
        let text = RFC3339.text(time)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }

    /// `15:04:05`
    static func clock(_ time: Timestamp) -> String { String(full(time).suffix(8)) }

    /// `Jan  2 15:04:05.000`; single-digit days are written without a leading zero or blank.
    static func precise(_ time: Timestamp) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = full(time)
        let month = Int(text.dropFirst(5).prefix(2)) ?? 1
        let day = Int(text.dropFirst(8).prefix(2)) ?? 1
        let remainder = time.nanoseconds % 1_000_000_000
        let milliseconds = (remainder < 0 ? remainder + 1_000_000_000 : remainder) / 1_000_000
        let fraction = String(1000 + milliseconds).dropFirst()
        return "\(months[(month - 1) % 12]) \(day < 10 ? "0" : "")\(day) \(text.suffix(8)).\(fraction)"
    }

    /// How long ago: the two largest units, `1m12s ago`; the second is left out when it is zero.
    static func ago(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = max(0, now.duration(since: time).wholeNanoseconds / 1_000_000_000)
        let (large, small): ((Int64, String), (Int64, String)) =
            switch seconds {
            case ..<60: ((seconds, "s"), (0, ""))
            case ..<3600: ((seconds / 60, "m"), (seconds % 60, "s"))
            case ..<86_400: ((seconds / 3600, "h"), (seconds % 3600 / 60, "m"))
            default: ((seconds / 86_400, "d"), (seconds % 86_400 / 3600, "h"))
            }
        return "\(large.0)\(large.1)" + (small.0 == 0 ? "" : "\(small.0)\(small.1)") + " ago"
    }

    /// The length of a step: `0.6s`, `01m05.2s`.
    static func elapsed(_ duration: Duration) -> String {
        let tenths = max(0, duration.wholeNanoseconds) / 100_000_000
        let seconds = "\(tenths % 600 / 10).\(tenths % 10)s"
        let minutes = tenths / 600 % 60
        guard tenths >= 600 else { return seconds }
        return (minutes < 10 ? "0" : "") + "\(minutes)m" + (tenths % 600 < 100 ? "0" : "") + seconds
    }
}

/// Sizes in binary units under their decimal names, as the original shows them.
enum SizeText {
    static func text(_ bytes: UInt64) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1024
        var unit = 0
        while value >= 1024, unit < 2 {
            value /= 1024
            unit += 1
        }
        return oneDecimal(value) + " " + ["KB", "MB", "GB"][unit]
    }

    /// Rounded half to even on the binary value, like `%.1f`.
    static func oneDecimal(_ value: Double) -> String {
        let tenths = (value * 10).rounded(.toNearestOrEven)
        guard tenths.isFinite, abs(tenths) < 9e15 else { return "\(value)" }
        let whole = Int64(tenths)
        return "\(whole < 0 ? "-" : "")\(whole.magnitude / 10).\(whole.magnitude % 10)"
    }
}

/// Identifiers as tables show them.
enum ShortID {
    /// `j-7d1e42a9`; the first eight characters of a bare UUID; anything else whole.
    static func text(_ id: String) -> String {
        let bytes = Array(id.utf8)
        if bytes.count == 38, bytes[1] == 0x2D, isUUID(bytes[2...]) { return String(id.prefix(10)) }
        if bytes.count == 36, isUUID(bytes[...]) { return String(id.prefix(8)) }
        return id
    }

    /// As ``text(_:)``; and the first eight characters of a peer identity of older clusters.
    static func node(_ id: NodeID) -> String {
        if id.rawValue.utf8.count == 46, id.rawValue.hasPrefix("Qm") { return String(id.rawValue.prefix(8)) }
        return text(id.rawValue)
    }

    private static func isUUID(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count == 36
            && bytes.enumerated().allSatisfy { index, byte in
                [8, 13, 18, 23].contains(index)
                    ? byte == 0x2D
                    : (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
            }
    }
}
