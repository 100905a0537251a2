/// Something that happened to a job or to one of its executions.
public struct HistoryItem: Hashable, Sendable {
    /// Whom an item is about.
    public enum Level: String, Sendable {
        /// Not known; read when the sender names no level, or another one.
        case undefined = "Undefined"
        /// The job itself: ``HistoryItem/jobState`` is set.
        case job = "JobLevel"
        /// One of its executions: ``HistoryItem/executionState`` is set.
        case execution = "ExecutionLevel"
    }

    /// Whether this is about the job or about one of its executions.
    public var level: Level
    /// The job; set at both levels.
    public var jobID: JobID
    /// Empty for items of the job itself.
    public var nodeID: NodeID
    /// Empty for items of the job itself.
    public var executionID: ExecutionID
    /// Set exactly for items of the job itself.
    public var jobState: StateChange<JobStateType>?
    /// Set exactly for items of an execution.
    public var executionState: StateChange<ExecutionStateType>?
    /// The revision of the job or execution after the change.
    public var newRevision: UInt64
    /// Why it happened; ``Event/empty`` when nothing is said about it.
    public var event: Event
    /// When the orchestrator recorded it.
    public var time: Timestamp

    /// Makes an item; set the one of the two states that goes with the level.
    public init(
        level: Level, jobID: JobID, nodeID: NodeID = NodeID(rawValue: ""),
        executionID: ExecutionID = ExecutionID(rawValue: ""), jobState: StateChange<JobStateType>? = nil,
        executionState: StateChange<ExecutionStateType>? = nil, newRevision: UInt64, event: Event, time: Timestamp
    ) {
        self.level = level
        self.jobID = jobID
        self.nodeID = nodeID
        self.executionID = executionID
        self.jobState = jobState
        self.executionState = executionState
        self.newRevision = newRevision
        self.event = event
        self.time = time
    }
}

/// From which state to which.
public struct StateChange<StateType: Hashable & Sendable>: Hashable, Sendable {
    /// The state before; equal to ``new`` when only something else changed.
    public var previous: StateType
    /// The state after.
    public var new: StateType

    /// Makes a change between two states.
    public init(_ previous: StateType, _ new: StateType) {
        self.previous = previous
        self.new = new
    }
}

/// Why something happened, for people.
public struct Event: Hashable, Sendable {
    /// What happened, in one sentence for people; empty when nothing is said.
    public var message: String
    /// The part of the system that speaks: the text of a ``Topic``, or of another one of a later version; may be empty.
    public var topic: String
    /// `nil` when nobody said when; the wire then carries its zero time.
    public var timestamp: Timestamp?
    /// Facts for programs; ``Detail`` has the keys with a meaning.
    public var details: [String: String]

    /// Makes an event of this engine; its details usually have keys of ``Detail``.
    public init(topic: Topic, message: String, timestamp: Timestamp?, details: [String: String] = [:]) {
        self.topic = topic.rawValue
        self.message = message
        self.timestamp = timestamp
        self.details = details
    }

    /// Makes an event as another system sent it, with any topic.
    public init(topic: String, message: String, timestamp: Timestamp?, details: [String: String]) {
        self.topic = topic
        self.message = message
        self.timestamp = timestamp
        self.details = details
    }

    /// An event about which nothing is said.
    public static let empty = Event(topic: "", message: "", timestamp: nil, details: [:])

    /// The part of the system that speaks.
    public enum Topic: String, Sendable {
        /// The job was submitted, updated or told to run again.
        case submission = "Submission"
        /// The orchestrator placed, replaced, ended or gave up something.
        case scheduling = "Scheduling"
        /// The job waits for room.
        case queueing = "Queueing"
        /// An execution ran longer than its timeout.
        case executionTimeout = "Exec Timeout"
        /// The job took longer than its total timeout.
        case jobTimeout = "Job Timeout"
        /// A compute node accepted or refused an execution.
        case requestingNode = "Requesting Node"
        /// A compute node fetches inputs.
        case downloadingInputs = "Downloading Inputs"
        /// A compute node prepares the program's image or module and its folders.
        case preparingEnvironment = "Preparing Environment"
        /// A compute node runs the program.
        case runningExecution = "Running Execution"
        /// A compute node hands over results.
        case publishingResults = "Publishing Results"
        /// A compute node of v1.4.0 could not end an execution; this engine does not send it.
        case canceling = "Canceling"
    }

    /// Keys of ``Event/details`` that clients look at; flags have the value `true`.
    public enum Detail {
        /// A flag: the event is a failure.
        public static let isError = "IsError"
        /// What the reader can do about a failure, in one sentence.
        public static let hint = "Hint"
        /// A flag: another attempt may succeed.
        public static let retryable = "Retryable"
        /// A flag: the event made its execution fail; clients show its message when a job has failed.
        public static let failsExecution = "FailsExecution"
        /// What the user gave as a reason to stop or rerun the job.
        public static let reason = "Reason"
        /// A failure's code as `component:code`; servers of v1.9 set it, this engine does not.
        public static let errorCode = "ErrorCode"
        /// In the item with which a version of a job begins: its number.
        public static let jobVersion = "JobVersion"
    }
}
