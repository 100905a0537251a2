import BacalhauModel

/// What an orchestrator wants of a node. Sent until acknowledged, so a node must take repeats calmly.
enum NodeMessage: Sendable {
    /// Run this, or refuse it. Acknowledged by any report about the execution.
    case run(Execution, Job)
    /// End this; the orchestrator no longer wants it. Acknowledged by a final report.
    case stop(ExecutionID, reason: String)
}

/// What a node says of one execution. Sent until acknowledged; repeats have no further effect.
struct ExecutionReport: Hashable, Sendable {
    var executionID: ExecutionID
    var jobID: JobID
    var nodeID: NodeID
    var content: Content

    enum Content: Hashable, Sendable {
        /// The node took it and will end it, even over a restart.
        case accepted
        /// The node does not take it. `isRetryable`: it may take it later.
        case refused(reason: String, isRetryable: Bool)
        case completed(RunResult, published: SpecConfig)
        /// It ended without the result.
        case failed(Event, output: RunResult?, cause: FailureCause)
        /// It was ended on request.
        case cancelled(output: RunResult?)
    }

    /// Whether nothing more will be said of the execution.
    var isFinal: Bool { content != .accepted }
}

/// By whose fault an execution failed: decides whether and how often it is tried again.
enum FailureCause: String, Sendable, CaseIterable {
    /// The job's: another attempt would end the same way.
    case workload
    /// The node's: another attempt, there or elsewhere, may do better.
    case node
    /// The system's: a lost or restarted node. Says nothing about the job.
    case infrastructure

    /// The cause of a failure of which is only known whether another attempt may do better.
    init(isRetryable: Bool) { self = isRetryable ? .node : .workload }
}

/// Names one connection of a node, so that an announcement that was held up on its way is not taken for a new one.
struct NodeSession: Hashable, Sendable {
    /// A random number of the node's process.
    let process: UInt64
    /// Counts the connections of that process, from 1.
    let number: Int
}

/// A node's way to its orchestrator.
protocol OrchestratorLink: Sendable {
    /// Announces the node with all executions it still holds and opens the stream of wishes.
    ///
    /// The stream ends when the orchestrator stops. Calling again, with a session of its own, replaces the former stream.
    func connect(_ info: NodeInfo, known: [ExecutionID], session: NodeSession) async throws(BacalhauError)
        -> AsyncStream<NodeMessage>

    /// Delivers a report; returning means that the orchestrator has it on disk.
    func report(_ report: ExecutionReport) async throws(BacalhauError)

    /// Says that the node is still there and what it holds; to be called well within the orchestrator's lease of the node.
    ///
    /// - Throws: `.notFound` or `.conflict` when the orchestrator gave the node up: then it has to connect again.
    func beat(_ id: NodeID, known: [ExecutionID]) async throws(BacalhauError)

    /// Tells what changed in the node's description.
    func update(_ info: NodeInfo) async throws(BacalhauError)

    /// Says that the node is leaving; its executions stay assigned to it.
    func disconnect(_ id: NodeID) async
}
