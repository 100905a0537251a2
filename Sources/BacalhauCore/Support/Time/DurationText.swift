/// Lengths of time as people read and type them.
public enum DurationText {
    /// `30m0s`, `1h0m5s`, `45s`: the way Go prints whole seconds.
    public static func goStyle(seconds: Int64) -> String {
        let hours = seconds / 3600
        let minutes = seconds / 60 % 60
        if hours > 0 { return "\(hours)h\(minutes)m\(seconds % 60)s" }
        return minutes > 0 ? "\(minutes)m\(seconds % 60)s" : "\(seconds)s"
    }
}
