import Synchronization

/// A value that is set once and that any number of tasks wait for.
final class OneTimeValue<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [UInt64: CheckedContinuation<Value?, Never>] = [:]
        /// Waits that were cancelled before they began.
        var cancelled: Set<UInt64> = []
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    /// The value, when it is set already.
    var current: Value? { state.withLock { $0.value } }

    /// Sets the value; only the first call has an effect.
    func set(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
            guard state.value == nil else { return [] }
            state.value = value
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// Waits for the value; `nil` when the calling task is cancelled first.
    func value() async -> Value? {
        let id = state.withLock { state -> UInt64 in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { enter(id, $0) }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
                if let waiter = state.waiters.removeValue(forKey: id) { return waiter }
                if state.value == nil { state.cancelled.insert(id) }
                return nil
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Waits for the value, whether the calling task is cancelled or not.
    func valueRegardlessOfCancellation() async {
        _ = await withCheckedContinuation { enter(0, $0) } as Value?
    }

    private func enter(_ id: UInt64, _ continuation: CheckedContinuation<Value?, Never>) {
        let outcome = state.withLock { state -> Value?? in
            if let value = state.value { return .some(value) }
            if state.cancelled.remove(id) != nil { return .some(nil) }
            // Waits that cannot be cancelled need no number of their own to be found by.
            var key = id
            if id == 0 {
                state.nextID += 1
                key = state.nextID
            }
            state.waiters[key] = continuation
            return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
    }
}
