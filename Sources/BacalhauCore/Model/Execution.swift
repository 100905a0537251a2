/// One attempt to run a job on one node.
public struct Execution: Hashable, Sendable {
    /// `e-` and a UUID, made by the orchestrator.
    public var id: ExecutionID
    /// The job's namespace.
    public var namespace: String
    /// The submission, update or rerun it was made for; empty when the orchestrator no longer knows.
    public var evaluationID: EvaluationID
    /// The node that runs it. It never moves: another attempt elsewhere is another execution.
    public var nodeID: NodeID
    /// The job it is a part of.
    public var jobID: JobID
    /// Which of the job's `count` parts this is, from 0; 0 for ops and daemon jobs.
    public var partitionIndex: Int
    /// Which run of the job it belongs to: the job's version when it was made.
    public var jobVersion: UInt64
    /// What is reserved for it, by task name.
    public var allocatedResources: [String: Resources]
    /// What the orchestrator wants of it, and why.
    public var desiredState: StateOf<DesiredStateType>
    /// What its node last said of it, and why; the reason stays until another one replaces it.
    public var computeState: StateOf<ExecutionStateType>
    /// `nil` until the execution completed; empty when nothing was published.
    public var publishedResult: SpecConfig?
    /// `nil` while nothing of the output is known.
    public var runOutput: RunResult?
    /// 1 when created, one more at each change.
    public var revision: UInt64
    /// When the orchestrator made it.
    public var createTime: Timestamp
    /// When either state last changed; the creation time before that.
    public var modifyTime: Timestamp

    /// Makes an execution that no node has heard of: desired `Pending`, computed `New`, revision 1, all else empty.
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
    /// Whether more than ``stdout`` was written to the standard output.
    public var stdoutTruncated: Bool
    /// At most ``outputBytesMax`` bytes, cut at a character.
    public var stderr: String
    /// Whether more than ``stderr`` was written to the standard error.
    public var stderrTruncated: Bool
    /// -1 when the program did not get as far as an exit code.
    public var exitCode: Int64
    /// Why the run failed; empty when it did not.
    public var errorMessage: String

    /// Describes an ended run; by default one that ended with exit code 0 and wrote nothing.
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
