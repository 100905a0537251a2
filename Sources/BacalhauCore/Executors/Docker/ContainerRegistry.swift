internal import BacalhauHTTPClient
internal import BacalhauModel

/// The executions whose containers this process started or took over, until they are cleaned up.
actor ContainerRegistry {
    /// What is known of a container.
    struct Run: Sendable {
        let containerID: String
        let image: String
        /// In bytes, 0 for none.
        let memoryLimit: UInt64
        /// Where its output goes.
        var relay: OutputRelay
        /// The output from the start on; `nil` when it has to be asked for.
        var output: HTTPResponseBody?
        var stopReason: StopReason?
        /// How it ended, once that is known.
        var report: ExitReport?
    }

    private var runs: [ExecutionID: Run] = [:]

    func run(_ id: ExecutionID) -> Run? { runs[id] }

    func add(_ run: Run, for id: ExecutionID) { runs[id] = run }

    /// Gives the output to the caller, who alone reads it from now on.
    func takeOutput(_ id: ExecutionID) -> (relay: OutputRelay, body: HTTPResponseBody?)? {
        guard let run = runs[id] else { return nil }
        runs[id]?.output = nil
        return (run.relay, run.output)
    }

    /// Notes how far the output came.
    func keep(_ relay: OutputRelay, for id: ExecutionID) { runs[id]?.relay = relay }

    /// Notes why an execution is stopped; the first reason counts. `nil` takes it back.
    func setStopReason(_ reason: StopReason?, for id: ExecutionID) {
        if reason == nil || runs[id]?.stopReason == nil { runs[id]?.stopReason = reason }
    }

    func finish(_ id: ExecutionID, _ report: ExitReport) { runs[id]?.report = report }

    func remove(_ id: ExecutionID) -> Run? { runs.removeValue(forKey: id) }

    /// Forgets all but the executions in `known`.
    func removeAll(except known: Set<ExecutionID>) {
        runs = runs.filter { known.contains($0.key) }
    }
}
