import BacalhauSupport
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

    private let watch = Mutex<SignalWatch?>(nil)

    /// Takes the signal of this process over.
    init() {
        let watch = SignalWatch([SIGINT]) { [weak self] _ in self?.handle() }
        self.watch.withLock { $0 = watch }
    }

    private func handle() {
        let waiter = state.withLock { state in
            state.hasCome = true
            defer { state.waiter = nil }
            return state.waiter
        }
        guard let waiter else { _exit(Interrupts.exitCode) }
        waiter.resume()
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
