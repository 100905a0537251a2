import Synchronization

/// Something that happens at most once and that many may wait for, such as the wish to stop.
public final class AsyncSignal<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var nextKey = 0
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Makes one that has not happened yet.
    public init() {}

    /// The value, once it happened.
    public var value: Value? { state.withLock { $0.value } }

    /// Lets it happen. Only the first call counts.
    public func raise(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
            guard state.value == nil else { return [] }
            state.value = value
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// Waits for it; `nil` when the calling task is cancelled first.
    public func wait() async -> Value? {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let immediate = state.withLock { state -> Value?? in
                    if let value = state.value { return .some(value) }
                    // A cancelled task must not register: nobody would remove it.
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[key] = continuation
                    return nil
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume(returning: nil)
        }
    }
    /// Waits for it even when the calling task is cancelled: for cleaning up, where the end must be near.
    public func waitUncancelled() async {
        _ = await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            let value = state.withLock { state -> Value? in
                if let value = state.value { return value }
                state.nextKey += 1
                state.waiters[state.nextKey] = continuation
                return nil
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
