import Dispatch
import Synchronization

/// For libFuzzer, which waits for nothing: runs asynchronous work to its end. The thread that waits is the process's
/// first, which no task uses.
enum Waiting {
    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    static func value(_ work: @escaping @Sendable () async -> Int) -> Int {
        let box = Box<Int>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let value = await work()
            box.value.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return box.value.withLock { $0 } ?? 0
    }
}
