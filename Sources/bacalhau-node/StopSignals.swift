import Glibc
import Synchronization

/// Waits for SIGINT or SIGTERM on a thread of its own. The second one ends the process.
final class StopSignals: Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Blocks the signals for this process, so create it before anything starts a thread.
    init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, { raw in
            guard let raw else { return nil }
            Unmanaged<StopSignals>.fromOpaque(raw).takeRetainedValue().watch()
            return nil
        }, me.toOpaque())
        if code == 0 { pthread_detach(thread) } else { me.release() }
    }

    private func watch() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            let (count, waiter) = state.withLock { state in
                state.count += 1
                defer { state.waiter = nil }
                return (state.count, state.waiter)
            }
            waiter?.resume()
            if count > 1 { _exit(130) }
        }
    }

    /// Returns when the first signal has come, or the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.count > 0 || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }
}
