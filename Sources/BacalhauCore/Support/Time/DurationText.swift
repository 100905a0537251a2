/// Lengths of time as people read and type them.
public enum DurationText {
    /// `30m0s`, `1h0m5s`, `45s`: the way Go prints whole seconds.
    public static func goStyle(seconds: Int64) -> String {
        let hours = seconds / 3600
        let minutes = seconds / 60 % 60
        if hours > 0 { return "\(hours)h\(minutes)m\(seconds % 60)s" }
        return minutes > 0 ? "\(minutes)m\(seconds % 60)s" : "\(seconds)s"
    }

    /// As above; a length with a part of a second in whole milliseconds, `500ms` or `1.5s`.
    public static func goStyle(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds > 0 else { return goStyle(seconds: seconds) }
        guard seconds > 0 else { return "\(milliseconds)ms" }
        var fraction = String(1000 + milliseconds).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return goStyle(seconds: seconds).dropLast() + ".\(fraction)s"
    }

    /// Reads `1h30m`, `1.5s` or `500ms`, and a bare number as seconds; `nil` when it is no such length, or negative.
    public static func duration(_ text: String) -> Duration? {
        if let seconds = Double(text) { return isSensible(seconds) ? .seconds(seconds) : nil }
        var rest = Substring(text)
        var total = 0.0
        repeat {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(number), let seconds = units[String(unit)] else { return nil }
            total += amount * seconds
        } while !rest.isEmpty
        return isSensible(total) ? .seconds(total) : nil
    }

    /// Go's durations end at 292 years.
    private static func isSensible(_ seconds: Double) -> Bool { seconds >= 0 && seconds < 9.2e9 }

    private static let units: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]
}
