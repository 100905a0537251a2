/// What somebody wants to be run, where, with which inputs, and how it went.
public struct Job: Hashable, Sendable {
    /// `j-` and a UUID, made by the orchestrator; service and daemon jobs may bring their own. Empty before submission.
    public var id: JobID
    /// How people call the job, at most 1024 bytes; the orchestrator fills in the identifier when it is empty.
    ///
    /// Names need not be unique. Servers of v1.9 take a submission of a known name as an update of that job.
    public var name: String
    /// Separates jobs of different users or purposes; `default` when the submission names none.
    public var namespace: String
    /// One of ``JobType``'s texts; kept as written so that a wrong one can be named in an error.
    public var type: String
    /// Higher goes first in the queue, whenever it was submitted; 0 unless told, and may be negative.
    public var priority: Int
    /// How many executions of a batch or service job, up to ``Limits/countMax``; 1 unless told, and 0 runs nothing.
    ///
    /// Ops and daemon jobs run on every fitting node, whatever is said here.
    public var count: Int
    /// Demands on the labels of nodes, all of which must hold, and wishes, which order the nodes that are left.
    public var constraints: [Constraint]
    /// Facts that travel with the job and do not change how it runs. Keys with ``reservedMetaPrefix`` are the system's.
    public var meta: [String: String]
    /// What jobs are found by in lists (`--labels`); without meaning for where they run.
    public var labels: [String: String]
    /// What to run; exactly one is kept.
    public var tasks: [Task]
    /// `nil` takes the orchestrator's.
    public var retryPolicy: RetryPolicy?
    /// The text of a ``NodeLossPolicy``, kept as written so that a wrong one can be named; empty is `Wait`.
    public var nodeLossPolicy: String
    /// Where the job stands, and why; the orchestrator alone sets it. `Undefined` before submission.
    public var state: StateOf<JobStateType>
    /// Counts the job's beginnings: 0 when created, one more at each update and rerun.
    public var version: UInt64
    /// 1 when created, one more at each change of state.
    public var revision: UInt64
    /// When the orchestrator took the job; zero before submission.
    public var createTime: Timestamp
    /// When its state last changed; zero before submission.
    public var modifyTime: Timestamp

    /// Makes a job that was not submitted yet. It needs exactly one task; the builders, such as `Job.docker`, write it.
    public init(
        id: JobID = JobID(rawValue: ""), name: String = "", namespace: String = "default", type: JobType = .batch,
        priority: Int = 0, count: Int = 1, constraints: [Constraint] = [], meta: [String: String] = [:],
        labels: [String: String] = [:], tasks: [Task] = []
    ) {
        self.id = id
        self.name = name
        self.namespace = namespace
        self.type = type.rawValue
        self.priority = priority
        self.count = count
        self.constraints = constraints
        self.meta = meta
        self.labels = labels
        self.tasks = tasks
        retryPolicy = nil
        nodeLossPolicy = ""
        state = StateOf(.undefined)
        version = 0
        revision = 0
        createTime = .zero
        modifyTime = .zero
    }

    /// The type, when it is one of the four.
    public var kind: JobType? { JobType(rawValue: type) }

    /// The job without what the system writes: what two submissions are compared by.
    public var specification: Job {
        var job = self
        job.id = JobID(rawValue: "")
        job.state = StateOf(.undefined)
        job.version = 0
        job.revision = 0
        job.createTime = .zero
        job.modifyTime = .zero
        job.meta = meta.filter { !$0.key.hasPrefix(Job.reservedMetaPrefix) }
        return job
    }

    /// What becomes of executions whose node is lost.
    public var nodeLoss: NodeLossPolicy {
        NodeLossPolicy.allCases.first { $0.rawValue.lowercased() == nodeLossPolicy.lowercased() } ?? .wait
    }

    /// What is run. Stored jobs have exactly one task.
    public var task: Task { tasks.first ?? Task(name: "", engine: nil) }

    /// The beginning of meta keys that only the system writes.
    public static let reservedMetaPrefix = "bacalhau.org/"
    /// The meta key that names the orchestrator that took the job.
    public static let requesterMetaKey = "bacalhau.org/requester.id"
    /// The meta key that names the user who submitted the job; absent where the API asks nobody who they are.
    public static let submitterMetaKey = "bacalhau.org/submitter"
}

extension Job {
    /// One program with its inputs, its limits and the place for its results.
    public struct Task: Hashable, Sendable {
        /// Names the task in messages; never empty in a valid job.
        public var name: String
        /// `nil` only in documents that fail validation.
        public var engine: Engine?
        /// Where results go; ``SpecConfig/empty`` keeps only the beginning of the output and the log.
        public var publisher: Publisher
        /// Variables of the program, by name. Names with `BACALHAU_` are set by the node, whatever is said here.
        public var env: [String: String]
        /// Facts that travel with the task; the system does not look at them.
        public var meta: [String: String]
        /// Files and folders that the node brings before the program starts; empty for none.
        public var inputSources: [InputSource]
        /// Folders whose content is published besides the output; they need a ``publisher``.
        public var resultPaths: [ResultPath]
        /// What each execution asks for; what is not written is the orchestrator's default.
        public var resources: ResourcesConfig
        /// What the program may reach over the network; nothing unless told.
        public var network: NetworkConfig
        /// How long it may run and wait; what is 0 is the system's default.
        public var timeouts: Timeouts

        /// Makes a task; what a job needs is checked when it is submitted.
        public init(
            name: String = "main", engine: Engine?, publisher: Publisher = .empty, env: [String: String] = [:],
            meta: [String: String] = [:], inputSources: [InputSource] = [], resultPaths: [ResultPath] = [],
            resources: ResourcesConfig = ResourcesConfig(), network: NetworkConfig = NetworkConfig(),
            timeouts: Timeouts = Timeouts()
        ) {
            self.name = name
            self.engine = engine
            self.publisher = publisher
            self.env = env
            self.meta = meta
            self.inputSources = inputSources
            self.resultPaths = resultPaths
            self.resources = resources
            self.network = network
            self.timeouts = timeouts
        }
    }
}
