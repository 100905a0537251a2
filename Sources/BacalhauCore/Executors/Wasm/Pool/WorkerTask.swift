/// Something for a worker to do, and whom to tell.
struct WorkerTask: Sendable {
    let id: UInt64
    /// An encoded ``WasmWorkerRequest``.
    let request: [UInt8]
    /// Takes the output of a run.
    let log: (any ExecutionLogWriter)?
    /// Called on the pool's thread: `began` at most once, then `ended` exactly once. Must not wait.
    let report: @Sendable (WorkerEvent) -> Void
}

enum WorkerEvent: Sendable {
    case began
    case ended(WorkerEnd)
}

/// How a worker's task ended for the node.
enum WorkerEnd: Hashable, Sendable {
    case reply(WasmWorkerReply)
    /// The worker was killed because the task was to be stopped.
    case stopped
    /// The worker ended although nobody wanted that.
    case died(String)
    /// No worker could be started.
    case notStarted(WasmFailure)
}

/// What it takes to start a worker.
struct WorkerLaunch: Hashable, Sendable {
    var executable: String
    var library: String
    var cacheDirectory: String
    var cacheBytesMax: UInt64
    var environment: [String: String]
}
