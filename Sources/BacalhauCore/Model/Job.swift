/// What somebody wants to be run, where, with which inputs, and how it went.
public struct Job: Hashable, Sendable {
    public var id: JobID
    public var name: String
    public var namespace: String
    /// One of ``JobType``'s texts; kept as written so that a wrong one can be named in an error.
    public var type: String
    /// Higher goes first.
    public var priority: Int
    /// How many executions of a batch or service job.
    public var count: Int
    public var constraints: [Constraint]
    public var meta: [String: String]
    public var labels: [String: String]
    /// What to run; exactly one is kept.
    public var tasks: [Task]
    /// `nil` takes the orchestrator's.
    public var retryPolicy: RetryPolicy?
    /// The text of a ``NodeLossPolicy``, kept as written so that a wrong one can be named; empty is `Wait`.
    public var nodeLossPolicy: String
    public var state: StateOf<JobStateType>
    public var version: UInt64
    /// 1 when created, one more at each change of state.
    public var revision: UInt64
    public var createTime: Timestamp
    public var modifyTime: Timestamp

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
        public var name: String
        /// `nil` only in documents that fail validation.
        public var engine: Engine?
        public var publisher: Publisher
        public var env: [String: String]
        public var meta: [String: String]
        public var inputSources: [InputSource]
        public var resultPaths: [ResultPath]
        public var resources: ResourcesConfig
        public var network: NetworkConfig
        public var timeouts: Timeouts

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
