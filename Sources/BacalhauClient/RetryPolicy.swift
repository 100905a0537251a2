/// How often and how fast a failed call is repeated.
///
/// Only calls that may arrive twice are repeated (reads, and submissions, which carry an idempotency token), and only
/// after failures that pass: no connection, status 429 and status 503. The pauses double from ``firstPause`` to
/// ``longestPause``; each is shortened by a random part of up to a half, so that many clients do not come back together.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a call is tried in all; 1 means no repeats.
    public var attemptsMax: Int
    /// The pause before the second try, before shortening.
    public var firstPause: Duration
    /// The longest pause; also the longest `Retry-After` that is obeyed. A longer one ends the tries.
    public var longestPause: Duration

    /// How long something that has begun goes on while the server does not answer, as when it is started anew: waiting for
    /// a job, its states, and a log that is followed from its beginning or a time.
    public var outageMax: Duration

    /// Four tries within about two seconds, unless the server asks for longer pauses; two minutes for what has begun.
    public init(
        attemptsMax: Int = 4, firstPause: Duration = .milliseconds(200), longestPause: Duration = .seconds(10),
        outageMax: Duration = .seconds(120)
    ) {
        self.attemptsMax = attemptsMax
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.outageMax = outageMax
    }

    /// Each call is tried once, and nothing outlasts a server that is away.
    public static let never = RetryPolicy(attemptsMax: 1, outageMax: .zero)

    /// The pause before try number `attempt` + 1; `random` in 0..<1 decides how much it is shortened.
    func pause(after attempt: Int, random: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 30)
        let full = min(firstPause * (1 << doublings), longestPause)
        return full * (1 - random / 2)
    }
}
