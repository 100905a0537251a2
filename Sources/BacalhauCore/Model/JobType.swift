/// How a job's executions are created and when it is finished.
public enum JobType: String, Sendable, CaseIterable {
    /// Runs `count` times to the end, wherever it fits.
    case batch
    /// Runs once to the end on every fitting node.
    case ops
    /// Keeps `count` executions running.
    case service
    /// Keeps one execution running on every fitting node.
    case daemon

    /// Whether the job runs until it is stopped.
    public var isLongRunning: Bool { self == .service || self == .daemon }
}
