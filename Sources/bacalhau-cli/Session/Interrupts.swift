import Glibc
import Synchronization

/// Catches Ctrl-C for commands that wait for something that goes on without them. When nothing waits, and at the second
/// time, Ctrl-C ends the process.
final class Interrupts: Sendable {
    private struct State {
        var hasCome = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    /// What shells expect of a process that SIGINT ended.
    private static let exitCode: Int32 = 130

    /// Blocks the signal for this process, so create it before anything starts a thread.
    init() {
        var set = Interrupts.signals
        pthread_sigmask(SIG_BLOCK, &set, nil)
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Interrupts>.fromOpaque(raw).takeRetainedValue().watch()
                return nil
            }, me.toOpaque())
        if code == 0 {
            pthread_detach(thread)
        } else {
            me.release()
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
        }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        return set
    }

    private func watch() {
        var set = Interrupts.signals
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            let waiter = state.withLock { state in
                state.hasCome = true
                defer { state.waiter = nil }
                return state.waiter
            }
            guard let waiter else { _exit(Interrupts.exitCode) }
            waiter.resume()
        }
    }

    /// Returns when Ctrl-C is pressed, or the task is cancelled. For one caller at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.hasCome || Task.isCancelled { return true }
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
