import BacalhauSupport
import Synchronization

/// Workers for WASM tasks: one thread starts them, talks to them, keeps a few warm, and collects their ends.
///
/// Dropping the pool kills its workers and waits until they are gone.
final class WasmWorkerPool: Sendable {
    struct Limits: Hashable, Sendable {
        var workersMax: Int
        var idleMax: Int
        var idleDuration: Duration
    }

    private struct Running {
        var inbox: WorkerInbox
        var thread: DedicatedThread
    }

    private let running: Mutex<Running?> = Mutex(nil)
    private let limits: Limits
    private let launch: @Sendable () -> Result<WorkerLaunch, WasmFailure>

    /// - Parameter launch: asked before each start of a worker, on the pool's thread.
    init(limits: Limits, launch: @escaping @Sendable () -> Result<WorkerLaunch, WasmFailure>) {
        self.limits = limits
        self.launch = launch
    }

    deinit {
        guard let running = running.withLock({ $0 }) else { return }
        running.inbox.put(.close)
        running.thread.join()
    }

    /// Gives a task to a worker, warm or new.
    func submit(_ task: WorkerTask) {
        do throws(SystemError) {
            try startedInbox().put(.submit(task))
        } catch {
            task.report(.ended(.notStarted(WasmFailure("no WASM worker can be started: \(error)"))))
        }
    }

    /// Interrupts a task and kills its worker when it has not ended after `grace`. Unknown tasks are ignored.
    func stop(_ id: UInt64, grace: Duration) {
        running.withLock { $0?.inbox }?.put(.stop(id, grace: grace))
    }

    /// The thread starts with the first task: a node that never runs WASM has none.
    private func startedInbox() throws(SystemError) -> WorkerInbox {
        let result = running.withLock { current -> Result<WorkerInbox, SystemError> in
            if let current { return .success(current.inbox) }
            return Result { () throws(SystemError) in
                let inbox = try WorkerInbox()
                let (limits, launch) = (limits, launch)
                let thread = try DedicatedThread(name: "wasm-pool") {
                    WorkerLoop(inbox: inbox, limits: limits, launch: launch).run()
                }
                current = Running(inbox: inbox, thread: thread)
                return inbox
            }
        }
        return try result.get()
    }
}
