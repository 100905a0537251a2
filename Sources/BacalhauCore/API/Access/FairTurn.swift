import BacalhauModel
import Synchronization

/// Lets one caller at a time pass; those who wait pass in turn of their clients (``FairQueue``).
final class FairTurn: Sendable {
    private struct State: Sendable {
        var queue: FairQueue<String, CheckedContinuation<Pass, Never>>
        var isTaken = false
        var nextKey = 0
    }

    private enum Pass: Sendable { case granted, displaced, cancelled }

    private let state: Mutex<State>

    /// - Parameter waitingMax: how many may wait; beyond that the clients that have most waiting are refused.
    init(waitingMax: Int) { state = Mutex(State(queue: FairQueue(countMax: waitingMax))) }

    /// Waits for the turn. Whoever got it calls ``end()`` when done.
    ///
    /// - Throws: `.exhausted` when too many wait, also while waiting; `.cancelled`.
    func begin(for client: String) async throws(BacalhauError) {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        let pass = await withTaskCancellationHandler {
            await withCheckedContinuation { enter($0, key, client) }
        } onCancel: {
            state.withLock { $0.queue.remove(key: key, of: client) }?.resume(returning: .cancelled)
        }
        switch pass {
        case .granted: return
        case .cancelled: throw BacalhauError(.cancelled, "nobody waits for the answer any more")
        case .displaced:
            throw BacalhauError(
                .exhausted, "too many logins at once", hint: "Try again in a second.", isRetryable: true,
                component: "Authorizer")
        }
    }

    private func enter(_ continuation: CheckedContinuation<Pass, Never>, _ key: Int, _ client: String) {
        let (told, pass) = state.withLock { state -> (CheckedContinuation<Pass, Never>?, Pass) in
            // A cancelled task must not wait: nobody would wake it.
            if Task.isCancelled { return (continuation, .cancelled) }
            guard state.isTaken else {
                state.isTaken = true
                return (continuation, .granted)
            }
            return (state.queue.add(continuation, key: key, of: client), .displaced)
        }
        told?.resume(returning: pass)
    }

    /// Gives the turn to the next one.
    func end() {
        let next = state.withLock { state in
            let next = state.queue.next()
            state.isTaken = next != nil
            return next
        }
        next?.resume(returning: .granted)
    }
}
