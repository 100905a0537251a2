internal import Synchronization

/// Lets callers that want the same thing at the same time share one call: the first does it, the others wait for its
/// outcome.
///
/// When the first is cancelled, one of the others takes over. A cancelled waiter leaves at once.
final class SharedCalls<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Outcome = Result<Value, ExecutorError>
    private typealias Waiter = CheckedContinuation<Outcome?, Never>

    private struct State {
        /// Who waits for each call under way, by ticket.
        var calls: [Key: [UInt64: Waiter]] = [:]
        var nextTicket: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Does `body`, or waits for the call for `key` that is under way.
    func run(
        _ key: Key, _ body: @Sendable () async throws(ExecutorError) -> Value
    ) async throws(ExecutorError) -> Value {
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            if lead(key) {
                let outcome: Outcome
                do throws(ExecutorError) {
                    outcome = .success(try await body())
                } catch {
                    outcome = .failure(error)
                }
                finish(key, outcome)
                return try outcome.get()
            }
            if let outcome = await follow(key) { return try outcome.get() }
        }
    }

    /// Waits until no call for `key` is under way, whatever its outcome, or the task is cancelled.
    func settle(_ key: Key) async {
        while !Task.isCancelled, state.withLock({ $0.calls[key] != nil }) { _ = await follow(key) }
    }

    /// How many callers wait for the call for `key` that is under way.
    func waiterCount(_ key: Key) -> Int {
        state.withLock { $0.calls[key]?.count ?? 0 }
    }

    private func lead(_ key: Key) -> Bool {
        state.withLock { state in
            guard state.calls[key] == nil else { return false }
            state.calls[key] = [:]
            return true
        }
    }

    private func finish(_ key: Key, _ outcome: Outcome) {
        let waiters = state.withLock { $0.calls.removeValue(forKey: key) } ?? [:]
        let shared: Outcome? = if case .failure(.cancelled) = outcome { nil } else { outcome }
        for waiter in waiters.values { waiter.resume(returning: shared) }
    }

    /// The outcome of the call under way; `nil` when there is none, it was cancelled, or this task was.
    private func follow(_ key: Key) async -> Outcome? {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let waits = state.withLock { state in
                    // Checked under the lock: a cancellation from now on finds the ticket.
                    guard !Task.isCancelled, state.calls[key] != nil else { return false }
                    state.calls[key]?[ticket] = waiter
                    return true
                }
                if !waits { waiter.resume(returning: nil) }
            }
        } onCancel: {
            state.withLock { $0.calls[key]?.removeValue(forKey: ticket) }?.resume(returning: nil)
        }
    }
}
