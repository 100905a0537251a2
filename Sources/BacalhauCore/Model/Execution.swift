/// One attempt to run a job on one node.
public struct Execution: Hashable, Sendable {
    public var id: ExecutionID
    public var namespace: String
    public var evaluationID: EvaluationID
    public var nodeID: NodeID
    public var jobID: JobID
    /// Which of the job's `count` parts this is, from 0; 0 for ops and daemon jobs.
    public var partitionIndex: Int
    /// Which run of the job it belongs to: the job's version when it was made.
    public var jobVersion: UInt64
    /// What is reserved for it, by task name.
    public var allocatedResources: [String: Resources]
    public var desiredState: StateOf<DesiredStateType>
    public var computeState: StateOf<ExecutionStateType>
    /// `nil` until the execution completed; empty when nothing was published.
    public var publishedResult: SpecConfig?
    /// `nil` while nothing of the output is known.
    public var runOutput: RunResult?
    /// 1 when created, one more at each change.
    public var revision: UInt64
    public var createTime: Timestamp
    public var modifyTime: Timestamp

    public init(
        id: ExecutionID, namespace: String, evaluationID: EvaluationID, nodeID: NodeID, jobID: JobID,
        createTime: Timestamp
    ) {
        self.id = id
        self.namespace = namespace
        self.evaluationID = evaluationID
        self.nodeID = nodeID
        self.jobID = jobID
        partitionIndex = 0
        jobVersion = 0
        allocatedResources = [:]
        desiredState = StateOf(.pending)
        computeState = StateOf(.new)
        publishedResult = nil
        runOutput = nil
        revision = 1
        self.createTime = createTime
        modifyTime = createTime
    }
}

/// How a program ended and the beginning of what it wrote.
public struct RunResult: Hashable, Sendable {
    /// At most ``outputBytesMax`` bytes of each stream, cut at a character.
    public var stdout: String
    public var stdoutTruncated: Bool
    public var stderr: String
    public var stderrTruncated: Bool
    /// -1 when the program did not get as far as an exit code.
    public var exitCode: Int64
    /// Why the run failed; empty when it did not.
    public var errorMessage: String

    public init(
        stdout: String = "", stdoutTruncated: Bool = false, stderr: String = "", stderrTruncated: Bool = false,
        exitCode: Int64 = 0, errorMessage: String = ""
    ) {
        self.stdout = stdout
        self.stdoutTruncated = stdoutTruncated
        self.stderr = stderr
        self.stderrTruncated = stderrTruncated
        self.exitCode = exitCode
        self.errorMessage = errorMessage
    }

    /// How much of each stream an execution carries; the rest is in the log (v1.4.0's figure).
    public static let outputBytesMax = 2048
}
