import BacalhauSupport
import Synchronization

/// Workers for WASM tasks: one thread starts them, talks to them, keeps a few warm, and collects their ends.
///
/// Dropping the pool kills its workers.
final class WasmWorkerPool: Sendable {
    struct Limits: Hashable, Sendable {
        var workersMax: Int
        var idleMax: Int
        var idleDuration: Duration
    }

    private let inbox: Mutex<Result<WorkerInbox, WasmFailure>?> = Mutex(nil)
    private let limits: Limits
    private let launch: @Sendable () -> Result<WorkerLaunch, WasmFailure>

    /// - Parameter launch: asked before each start of a worker, on the pool's thread.
    init(limits: Limits, launch: @escaping @Sendable () -> Result<WorkerLaunch, WasmFailure>) {
        self.limits = limits
        self.launch = launch
    }

    deinit {
        if case .success(let inbox) = inbox.withLock({ $0 }) { inbox.put(.close) }
    }

    /// Gives a task to a worker, warm or new.
    func submit(_ task: WorkerTask) {
        switch startedInbox() {
        case .success(let inbox): inbox.put(.submit(task))
        case .failure(let failure): task.report(.ended(.notStarted(failure)))
        }
    }

    /// Interrupts a task and kills its worker when it has not ended after `grace`. Unknown tasks are ignored.
    func stop(_ id: UInt64, grace: Duration) {
        if case .success(let inbox) = inbox.withLock({ $0 }) { inbox.put(.stop(id, grace: grace)) }
    }

    /// The thread starts with the first task: a node that never runs WASM has none.
    private func startedInbox() -> Result<WorkerInbox, WasmFailure> {
        inbox.withLock { current in
            if let current, case .success = current { return current }
            let result = start()
            current = result
            return result
        }
    }

    private func start() -> Result<WorkerInbox, WasmFailure> {
        do throws(SystemError) {
            let inbox = try WorkerInbox()
            let (limits, launch) = (limits, launch)
            let isStarted = startThread(named: "wasm-pool") {
                WorkerLoop(inbox: inbox, limits: limits, launch: launch).run()
            }
            return isStarted ? .success(inbox) : .failure(WasmFailure("no thread can be started for the WASM workers"))
        } catch {
            return .failure(WasmFailure("the WASM workers cannot be started: \(error)"))
        }
    }
}
