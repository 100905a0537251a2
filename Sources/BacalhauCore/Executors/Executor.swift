public import BacalhauModel

/// Runs workloads of one engine on this machine. Safe to use from many executions at once.
///
/// The life of one execution is `prepare`, `start`, `wait`, `cleanUp`, with `stop` at any moment in between. After a
/// restart of the node `attach` takes the place of `prepare` and `start` for workloads that outlived it.
public protocol Executor: Sendable {
    /// The engine type that jobs name, in lower case.
    var engineType: String { get }

    /// Whether `prepare` may take noticeable time, so that the node notes the phase on disk.
    var hasPreparation: Bool { get }

    /// The modules that a task's engine parameters name as input sources; the node fetches them with the inputs.
    func moduleSources(of task: Job.Task) throws(ExecutorError) -> [InputSource]

    /// Whether the engine can be used now. Asked when the node starts and before each execution;
    /// cheap, and never cached for good.
    func availability() async -> Availability

    /// Looks at a job before the node takes it: whether its parameters make sense and this machine can run it.
    ///
    /// Does not download anything and does not touch the execution's folder.
    /// - Throws: `.rejected` when it never will run here, `.unavailable` when trying later may help.
    func check(_ task: Job.Task) async throws(ExecutorError)

    /// Brings what the workload needs besides its inputs: pulls an image, compiles a module. May take minutes.
    ///
    /// Cancelling the task ends it promptly. Repeating it is harmless.
    func prepare(_ request: ExecutionRequest) async throws(ExecutorError)

    /// Starts a workload and returns once it is under way. Repeating it for the same execution has no further effect.
    func start(_ request: ExecutionRequest) async throws(ExecutorError)

    /// Finds a workload that was started before this process, running or ended, and takes it over with its log.
    ///
    /// - Returns: `false` when there is none; then nothing is left of it either.
    func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool

    /// Waits until the workload ends and all its output is in the log. Cancelling the wait leaves the workload running.
    ///
    /// - Throws: `.notFound` when the execution was never started or is cleaned up.
    func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport

    /// Ends a workload: asks politely where the engine can, then forces it after `grace`. Returns once it has ended.
    ///
    /// `reason` decides the exit code that `wait` reports. An execution that is unknown or has ended is left alone.
    func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async

    /// Removes what the engine keeps of an execution. Repeating it, or naming an unknown execution, is harmless.
    func cleanUp(_ id: ExecutionID) async

    /// Removes everything of this node that belongs to no execution in `known`: the leftovers of a crash.
    func removeLeftovers(except known: Set<ExecutionID>) async
}

extension Executor {
    /// `true`, unless an engine says otherwise.
    public var hasPreparation: Bool { true }

    /// None, unless an engine says otherwise.
    public func moduleSources(of task: Job.Task) throws(ExecutorError) -> [InputSource] { [] }
}

/// Why a workload is ended from outside.
public enum StopReason: Hashable, Sendable {
    /// The job was stopped, or the orchestrator no longer wants the execution.
    case cancelled
    /// The execution took longer than it may.
    case deadline
}

/// What an executor is asked to run.
public struct ExecutionRequest: Sendable {
    /// Names the run in `wait`, `stop` and `cleanUp`; no other execution of any node has the same.
    public var executionID: ExecutionID
    /// The job that the execution is of; the attempts and partitions of a job share it.
    public var jobID: JobID
    /// What to run, as the job has it; the fields below hold what the node has made of it.
    public var task: Job.Task
    /// The variables of the task and of the system. What the engine's own parameters set wins over these.
    public var environment: [String: String]
    /// In the order of the task's input sources.
    public var inputs: [PreparedInput]
    /// Modules that engine parameters name as input sources (WASM), in the order entry module, imports.
    public var modules: [PreparedInput]
    /// What the execution may use; a dimension of 0 is unlimited.
    public var resources: Resources
    /// A folder of the execution's own for whatever the engine needs; exists, and is removed after `cleanUp`.
    public var scratchDirectory: String
    /// Holds one existing folder for each result path, named by its name.
    public var resultsDirectory: String
    /// Where output goes while the workload runs.
    public var log: any ExecutionLogWriter

    /// Makes a request. The caller sees to it that the inputs are there and the folders exist.
    public init(
        executionID: ExecutionID, jobID: JobID, task: Job.Task, environment: [String: String],
        inputs: [PreparedInput], modules: [PreparedInput], resources: Resources, scratchDirectory: String,
        resultsDirectory: String, log: any ExecutionLogWriter
    ) {
        self.executionID = executionID
        self.jobID = jobID
        self.task = task
        self.environment = environment
        self.inputs = inputs
        self.modules = modules
        self.resources = resources
        self.scratchDirectory = scratchDirectory
        self.resultsDirectory = resultsDirectory
        self.log = log
    }
}

/// How a workload ended.
public struct ExitReport: Hashable, Sendable {
    /// The program's exit code, or the engine's stand-in for it: -1 when there is none.
    public var exitCode: Int64
    /// Why the run counts as failed (a trap, no memory left); empty when the program simply ended, with any code.
    public var errorMessage: String
    /// What the reader of the message can do; may be empty.
    public var hint: String

    /// Makes a report; without a message the run counts as one that ended by itself.
    public init(exitCode: Int64, errorMessage: String = "", hint: String = "") {
        self.exitCode = exitCode
        self.errorMessage = errorMessage
        self.hint = hint
    }
}
