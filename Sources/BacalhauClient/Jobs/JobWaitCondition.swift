public import BacalhauModel

/// What a waiting caller waits for.
public struct JobWaitCondition: Sendable {
    let isMet: @Sendable (Job) -> Bool

    /// Waits until `isMet` says so, or until nothing can change any more.
    public init(_ isMet: @escaping @Sendable (Job) -> Bool) { self.isMet = isMet }

    /// The job completed, failed or was stopped.
    public static let terminal = JobWaitCondition { _ in false }
    /// The job runs, or did already.
    public static let running = JobWaitCondition { $0.state.type == .running }
    /// What "done" means to somebody who submits: service and daemon jobs run, others have ended.
    public static let settled = JobWaitCondition { job in
        job.kind?.isLongRunning == true && job.state.type == .running
    }
}
