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

    /// Takes the signal of this process over.
    init() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        Interrupts.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        var thread = pthread_t()
        let watch = Unmanaged.passRetained(Watch(self, ends[0]))
        let code = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                let watch = Unmanaged<Watch>.fromOpaque(raw).takeRetainedValue()
                watch.interrupts.watch(watch.descriptor)
                return nil
            }, watch.toOpaque())
        guard code == 0 else {
            watch.release()
            return
        }
        pthread_detach(thread)
        signal(SIGINT) { _ in
            // Only what is allowed in a handler: an atomic load and a write.
            var mark: UInt8 = 1
            _ = write(Interrupts.writeEnd.load(ordering: .relaxed), &mark, 1)
        }
    }

    /// Where the handler tells of the signal; set before the handler is.
    private static let writeEnd = Atomic<Int32>(-1)

    /// What the thread starts with.
    private final class Watch: Sendable {
        let interrupts: Interrupts
        let descriptor: Int32

        init(_ interrupts: Interrupts, _ descriptor: Int32) {
            self.interrupts = interrupts
            self.descriptor = descriptor
        }
    }

    private func watch(_ descriptor: Int32) {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
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
