public import BacalhauModel

/// What else is wanted with a job.
public enum JobInclude: String, Hashable, Sendable, CaseIterable {
    /// The attempts to run it.
    case executions
    /// What happened to it, oldest first.
    case history
}

/// A job with what was asked for.
public struct JobDetails: Hashable, Sendable {
    /// The job as it is now.
    public var job: Job
    /// `nil` unless asked for.
    public var executions: [Execution]?
    /// `nil` unless asked for.
    public var history: [HistoryItem]?

    /// Puts the parts together.
    public init(job: Job, executions: [Execution]? = nil, history: [HistoryItem]? = nil) {
        self.job = job
        self.executions = executions
        self.history = history
    }
}
