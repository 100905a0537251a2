/// How long a task may take in each phase; seconds, 0 means "the node's default".
public struct Timeouts: Hashable, Sendable {
    /// Longest run of one execution.
    public var execution: Int64
    /// Longest wait for a node that fits.
    public var queue: Int64
    /// Longest time from submission to the end.
    public var total: Int64

    /// No limits of its own, unless told; what is negative or too long is refused when the job is submitted.
    public init(execution: Int64 = 0, queue: Int64 = 0, total: Int64 = 0) {
        self.execution = execution
        self.queue = queue
        self.total = total
    }

    /// What limits one run: the execution timeout, else the total one; `nil` when neither is set.
    public var effectiveExecution: Duration? {
        if execution > 0 { return .seconds(execution) }
        return total > 0 ? .seconds(total) : nil
    }
}
