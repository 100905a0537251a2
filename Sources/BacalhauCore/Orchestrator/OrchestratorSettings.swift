public import BacalhauModel

/// What an operator can set on an orchestrator.
public struct OrchestratorSettings: Sendable {
    /// The total timeout of batch and ops jobs that set none; v1.4.0's half hour. 0 is none.
    public var defaultTotalTimeoutSeconds: Int64 = 1800
    /// How long jobs that set no queue timeout may wait for room, in seconds.
    ///
    /// 0 lets them wait as long as their total timeout allows, and fails one at once that no known node can ever run.
    public var defaultQueueTimeoutSeconds: Int64 = 0
    /// How jobs are tried again that have no policy of their own.
    public var defaultRetryPolicy = Job.RetryPolicy()
    /// A node that is not heard of for this long counts as disconnected and gets no work. From 5 seconds to a day.
    public var nodeLease: Duration = .seconds(45)
    /// How much longer the executions of a disconnected node are left to it before they are replaced. At most ten days.
    public var nodeLossGrace: Duration = .seconds(120)
    /// Submissions beyond this many unfinished jobs are refused until some have ended. At most ten million.
    public var unfinishedJobCountMax = 200_000
    /// How long jobs that have ended are kept; by default seven days and a million jobs.
    public var retention = JobRetention()
    /// Whether nodes that were never seen before get work at once. If not, somebody has to approve each, the
    /// orchestrator's own included.
    public var approvesNewNodes = true

    /// Makes the defaults. What is out of range is found when the orchestrator starts.
    public init() {}

    /// The settings in the control plane's words.
    var control: ControlSettings {
        var control = ControlSettings()
        control.queueTimeoutSeconds = defaultQueueTimeoutSeconds
        control.retryPolicy = defaultRetryPolicy
        control.leaseDuration = nodeLease
        control.lossGrace = nodeLossGrace
        control.liveJobCountMax = unfinishedJobCountMax
        control.newNodesAreApproved = approvesNewNodes
        return control
    }

    /// - Throws: `.configuration` with everything that is wrong, a line each.
    func check() throws(BacalhauError) {
        var problems = defaultRetryPolicy.problems
        for (name, value) in [("total", defaultTotalTimeoutSeconds), ("queue", defaultQueueTimeoutSeconds)]
        where !(0...Job.Limits.timeoutSecondsMax).contains(value) {
            problems.append("the default \(name) timeout is \(value) s and must be from 0 to ten years")
        }
        if !(.seconds(5) ... .seconds(86_400)).contains(nodeLease) {
            problems.append("the node lease is \(nodeLease) and must be from 5 seconds to one day")
        }
        if !(.zero ... .seconds(864_000)).contains(nodeLossGrace) {
            problems.append("the grace period for lost nodes is \(nodeLossGrace) and must be from 0 to ten days")
        }
        if !(1...10_000_000).contains(unfinishedJobCountMax) {
            problems.append(
                "the limit of unfinished jobs is \(unfinishedJobCountMax) and must be from 1 to 10000000")
        }
        guard problems.isEmpty else {
            throw BacalhauError(
                .configuration, problems.joined(separator: "\n"), hint: "Correct the orchestrator's settings.",
                component: "Orchestrator")
        }
    }
}
