public import BacalhauModel

/// What an orchestrator wants of a node. Sent until acknowledged, so a node must take repeats calmly.
public enum NodeMessage: Sendable {
    /// Run this, or refuse it. Acknowledged by any report about the execution.
    case run(Execution, Job)
    /// End this; the orchestrator no longer wants it. Acknowledged by a final report.
    case stop(ExecutionID, reason: String)
}

/// What a node says of one execution. Sent until acknowledged; repeats have no further effect.
public struct ExecutionReport: Hashable, Sendable {
    public var executionID: ExecutionID
    public var jobID: JobID
    public var nodeID: NodeID
    public var content: Content

    public init(executionID: ExecutionID, jobID: JobID, nodeID: NodeID, content: Content) {
        self.executionID = executionID
        self.jobID = jobID
        self.nodeID = nodeID
        self.content = content
    }

    public enum Content: Hashable, Sendable {
        /// The node took it and will end it, even over a restart.
        case accepted
        /// The node does not take it. `isRetryable`: it may take it later.
        case refused(reason: String, isRetryable: Bool)
        case completed(RunResult, published: SpecConfig)
        /// It ended without the result. `isRetryable`: another attempt may do better.
        case failed(Event, output: RunResult?, isRetryable: Bool)
        /// It was ended on request.
        case cancelled(output: RunResult?)
    }

    /// Whether nothing more will be said of the execution.
    public var isFinal: Bool { content != .accepted }
}

/// A node's way to its orchestrator.
public protocol OrchestratorLink: Sendable {
    /// Announces the node with all executions it still holds and opens the stream of wishes.
    ///
    /// The stream ends when the orchestrator stops. Calling again replaces the former stream.
    func connect(_ info: NodeInfo, known: [ExecutionID]) async throws(BacalhauError) -> AsyncStream<NodeMessage>

    /// Delivers a report; returning means that the orchestrator has it on disk.
    func report(_ report: ExecutionReport) async throws(BacalhauError)

    /// Tells what changed in the node's description.
    func update(_ info: NodeInfo) async throws(BacalhauError)

    /// Says that the node is leaving; its executions stay assigned to it.
    func disconnect(_ id: NodeID) async
}
