extension Job {
    /// How often and how soon executions that failed through no fault of the job are tried again.
    ///
    /// An extension of v1.4.0's job format: `RetryPolicy: {MaxRetries: 5, Backoff: 2, MaxBackoff: 60}`. What cannot
    /// succeed later, such as a missing image, is never tried again, whatever this says.
    public struct RetryPolicy: Hashable, Sendable {
        /// New attempts after failures of a node; of each partition. 0 for none.
        public var retryCountMax: Int
        /// The pause before the first new attempt, in seconds; doubled each time, and varied by an eighth.
        public var backoffSeconds: Int64
        /// The longest pause, in seconds.
        public var backoffMaxSeconds: Int64

        /// Two new attempts, the first after a second, unless told; ``problems`` checks the figures.
        public init(retryCountMax: Int = 2, backoffSeconds: Int64 = 1, backoffMaxSeconds: Int64 = 60) {
            self.retryCountMax = retryCountMax
            self.backoffSeconds = backoffSeconds
            self.backoffMaxSeconds = backoffMaxSeconds
        }

        /// What is wrong with it, a line each.
        public var problems: [String] {
            var problems: [String] = []
            if !(0...1000).contains(retryCountMax) {
                problems.append("RetryPolicy.MaxRetries is \(retryCountMax) and must be between 0 and 1000")
            }
            if !(0...86_400).contains(backoffSeconds) {
                problems.append("RetryPolicy.Backoff is \(backoffSeconds) and must be between 0 and 86400 seconds")
            }
            if !(0...86_400).contains(backoffMaxSeconds) {
                problems.append("RetryPolicy.MaxBackoff is \(backoffMaxSeconds) and must be at most 86400 seconds")
            }
            return problems
        }
    }

    /// What becomes of executions whose node is not heard of any more.
    ///
    /// An extension of v1.4.0's job format: `NodeLossPolicy: Wait`.
    public enum NodeLossPolicy: String, Sendable, CaseIterable {
        /// They stay with the node until it returns or a timeout ends them.
        case keep = "Keep"
        /// They are replaced when the node stays away longer than the orchestrator's grace period.
        case wait = "Wait"
        /// They are replaced as soon as the node counts as disconnected.
        case replace = "Replace"
    }
}
