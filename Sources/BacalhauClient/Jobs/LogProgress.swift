import BacalhauSupport

/// How much of a log has been delivered, so that a new connection, which begins at the same place, goes on there.
struct LogProgress: Sendable {
    /// Bytes of each kind of output: connections may cut it into other pieces.
    private var delivered: [Int: Int] = [:]
    private var skipped: [Int: Int] = [:]

    var isEmpty: Bool { delivered.isEmpty }
    /// Whether there has been a connection.
    private(set) var hasBegun = false

    /// A connection begins.
    mutating func begin() {
        hasBegun = true
        skipped = [:]
    }

    /// What of a message has not been delivered before; `nil` for nothing.
    mutating func new(of message: LogMessage) -> LogMessage? {
        let text = Array(message.line.utf8)
        let known = delivered[message.type, default: 0] - skipped[message.type, default: 0]
        let repeated = min(known, text.count)
        skipped[message.type, default: 0] += text.count
        delivered[message.type, default: 0] += text.count - repeated
        if repeated == 0 { return message }
        guard repeated < text.count else { return nil }
        var rest = message
        rest.line = String(decoding: text[repeated...], as: UTF8.self)
        return rest
    }
}
