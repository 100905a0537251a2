import BacalhauModel

/// Everything that can change the control plane's state.
enum Command: Sendable {
    /// Take a normalised, validated job that has its identifier.
    case submit(Job, evaluation: EvaluationID, token: String)
    case stop(JobID, reason: String, evaluation: EvaluationID)
    /// Run a finished job again, from what is `stored` of it.
    case rerun(JobID, stored: StoredJob?, RerunScope, reason: String, evaluation: EvaluationID)
    /// Give a job another specification and run it anew. `stored` is what is known of one that is over.
    case update(JobID, Job, stored: StoredJob?, mayBeSame: Bool, evaluation: EvaluationID, token: String)
    /// A node came (back) and holds these executions. Without a session it is certain that nothing overtook this.
    case nodeConnected(NodeInfo, known: [ExecutionID], session: NodeSession? = nil)
    case nodeUpdated(NodeInfo)
    /// A node is still there and holds these executions.
    case nodeBeat(NodeID, known: [ExecutionID])
    case nodeDisconnected(NodeID)
    case setMembership(NodeID, NodeState.Membership)
    case removeNode(NodeID)
    case report(ExecutionReport)
    /// Changes nothing; asks what is known of the nodes.
    case describeNodes
    /// Changes nothing; asks why a job is where it is.
    case explain(JobID)
    /// Time went by: whatever is due is handled. Every other command does this too.
    case tick
}

extension Command {
    /// The token of a submission, which makes repeating it harmless.
    var token: String? {
        switch self {
        case .submit(_, _, let token), .update(_, _, _, _, _, let token): token
        default: nil
        }
    }
}

extension Command {
    /// The job that has to be read from the store for the command, unless it is live.
    var storedJobID: JobID? {
        switch self {
        case .rerun(let id, _, _, _, _), .update(let id, _, _, _, _, _): id
        default: nil
        }
    }

    /// The command together with what is stored of its job.
    func with(_ stored: StoredJob) -> Command {
        switch self {
        case .rerun(let id, _, let scope, let reason, let evaluation):
            .rerun(id, stored: stored, scope, reason: reason, evaluation: evaluation)
        case .update(let id, let job, _, let mayBeSame, let evaluation, let token):
            .update(id, job, stored: stored, mayBeSame: mayBeSame, evaluation: evaluation, token: token)
        default: self
        }
    }
}

/// Which executions of a finished job are run again.
enum RerunScope: Sendable {
    /// The partitions, or nodes of an ops job, that have no completed execution.
    case unfinished
    case all
}

/// What the caller of a command learns once it is on disk.
enum CommandOutcome: Sendable {
    case submitted(JobID, EvaluationID)
    /// `nil` when the job was stopped already.
    case stopped(EvaluationID?)
    case rerun(version: UInt64, EvaluationID)
    case done
    case nodes([KnownNode])
    /// `nil` when the job is not live.
    case explanation(JobExplanation?)
    case refused(BacalhauError)
}
