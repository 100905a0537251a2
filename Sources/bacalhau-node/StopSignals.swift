import CLinux
import Glibc
import Synchronization

/// Waits for SIGINT or SIGTERM on a thread of its own. The second one ends the process.
final class StopSignals: Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Takes the signals of this process over.
    init() {
        let readEnd = bac_catch_stop_signals()
        guard readEnd >= 0 else { return }
        var thread = pthread_t()
        let me = Unmanaged.passRetained(Watch(self, readEnd))
        let code = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                let watch = Unmanaged<Watch>.fromOpaque(raw).takeRetainedValue()
                watch.signals.watch(watch.descriptor)
                return nil
            }, me.toOpaque())
        if code == 0 { pthread_detach(thread) } else { me.release() }
    }

    /// What the thread starts with.
    private final class Watch: Sendable {
        let signals: StopSignals
        let descriptor: Int32

        init(_ signals: StopSignals, _ descriptor: Int32) {
            self.signals = signals
            self.descriptor = descriptor
        }
    }

    private func watch(_ descriptor: Int32) {
        var byte: UInt8 = 0
        while true {
            let read = read(descriptor, &byte, 1)
            if read < 0, errno == EINTR { continue }
            guard read == 1 else { return }
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
