import BacalhauModel

/// For how long something that goes on has had no answer from its server.
///
/// A server that is started anew is away for some seconds. What waits for hours should not end because of that.
struct Outage: Sendable {
    static let pause: Duration = .milliseconds(500)

    private var start: Duration?

    /// Pauses before the next try.
    ///
    /// - Throws: `error` when it will not pass by itself, or the server has been away for too long
    ///   (``RetryPolicy/outageMax``); `cancelled`.
    mutating func goOn(after error: BacalhauError, on connection: APIConnection) async throws(BacalhauError) {
        guard error.isRetryable, Outage.codes.contains(error.code) else { throw error }
        let now = connection.pauses.now()
        let start = start ?? now
        guard now - start < connection.options.retry.outageMax else { throw error }
        self.start = start
        try await connection.sleep(Outage.pause)
    }

    /// The server has answered.
    mutating func end() { start = nil }

    private static let codes: Set<BacalhauError.Code> = [.network, .unavailable, .timedOut, .exhausted]
}
