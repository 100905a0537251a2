import BacalhauCore
import Synchronization

/// An engine of our own: jobs of the type `shout` write the capital letters of a text.
final class ShoutExecutor: Executor {
    let engineType = "shout"
    let hasPreparation = false
    private let reports = Mutex<[ExecutionID: ExitReport]>([:])

    func availability() async -> Availability { .available }

    func check(_ task: Job.Task) async throws(ExecutorError) {
        guard task.engine?.params["Text"]?.string == nil else { return }
        throw .rejected(reason: "the engine shout needs a Text", hint: "Give the engine's parameters a Text.")
    }

    func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {}

    func start(_ request: ExecutionRequest) async throws(ExecutorError) {
        let text = request.task.engine?.params["Text"]?.string ?? ""
        request.log.append(.stdout, text.uppercased() + "\n")
        reports.withLock { $0[request.executionID] = ExitReport(exitCode: 0) }
    }

    /// Nothing outlives this process.
    func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool { false }

    func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport {
        guard let report = reports.withLock({ $0[id] }) else { throw .notFound(id) }
        return report
    }

    func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async {}

    func cleanUp(_ id: ExecutionID) async { reports.withLock { $0[id] = nil } }

    func removeLeftovers(except known: Set<ExecutionID>) async {}
}
