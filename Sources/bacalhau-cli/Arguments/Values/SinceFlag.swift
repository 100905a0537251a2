import BacalhauModel
import BacalhauSupport

/// The point in time of `job logs --since`.
enum SinceFlag {
    static let type = FlagType("time") { text throws(ValueError) in _ = try read(text, now: .zero) }

    /// Unix seconds, a length of time before now, RFC 3339, or the form of our tables, which is UTC.
    static func read(_ text: String, now: Timestamp) throws(ValueError) -> Timestamp {
        if let seconds = Int64(text), (0...9_000_000_000).contains(seconds) {
            return Timestamp(nanoseconds: seconds * 1_000_000_000)
        }
        if let time = RFC3339.time(text) ?? RFC3339.time(text.replacing(" ", with: "T") + "Z") {
            return max(time, .zero)
        }
        guard let ago = try? Values.duration(text), ago >= .zero, Int64(text) == nil else {
            throw ValueError(
                message: "should be a length of time before now (10m), a time (2024-06-28T10:45:01Z) or Unix seconds")
        }
        return max(now + (.zero - ago), .zero)
    }
}
