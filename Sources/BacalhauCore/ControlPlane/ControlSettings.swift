import BacalhauModel

/// What an operator can set on the control plane.
struct ControlSettings: Sendable {
    /// What an execution takes that asks for nothing.
    var defaultResources = Resources(cpuMillicores: 100, memoryBytes: 100 << 20)
    /// For jobs without a policy of their own.
    var retryPolicy = Job.RetryPolicy()
    /// New attempts after failures of the system itself: lost nodes, restarts of a node.
    var infrastructureRetryCountMax = 20
    /// The queue timeout of jobs that set none; 0 lets a job wait for room as long as its total timeout allows, and
    /// fails one at once that no known node can ever run.
    var queueTimeoutSeconds: Int64 = 0
    /// Submissions beyond this many unfinished jobs are refused until some have ended.
    var liveJobCountMax = 200_000
    var newNodesAreApproved = true
    /// A node that is not heard of for this long counts as disconnected and gets no work.
    var leaseDuration: Duration = .seconds(45)
    /// How much longer its executions are left to it before they are replaced.
    var lossGrace: Duration = .seconds(120)
    /// A wish that a node has not acknowledged is sent again after this long, or up to a quarter later.
    var resendPause: Duration = .seconds(10)
    /// A service or daemon execution that ran this long has proved itself: its failures are forgotten.
    var provenAfter: Duration = .seconds(600)
}
