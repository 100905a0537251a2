/// Something that happened to a job or to one of its executions.
public struct HistoryItem: Hashable, Sendable {
    public enum Level: String, Sendable {
        case undefined = "Undefined"
        case job = "JobLevel"
        case execution = "ExecutionLevel"
    }

    public var level: Level
    public var jobID: JobID
    /// Empty for items of the job itself.
    public var nodeID: NodeID
    /// Empty for items of the job itself.
    public var executionID: ExecutionID
    /// Set exactly for items of the job itself.
    public var jobState: StateChange<JobStateType>?
    /// Set exactly for items of an execution.
    public var executionState: StateChange<ExecutionStateType>?
    public var newRevision: UInt64
    public var event: Event
    public var time: Timestamp

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
    public var previous: StateType
    public var new: StateType

    public init(_ previous: StateType, _ new: StateType) {
        self.previous = previous
        self.new = new
    }
}

/// Why something happened, for people.
public struct Event: Hashable, Sendable {
    public var message: String
    public var topic: String
    /// `nil` when nobody said when; the wire then carries its zero time.
    public var timestamp: Timestamp?
    /// Facts for programs; ``Detail`` has the keys with a meaning.
    public var details: [String: String]

    public init(topic: Topic, message: String, timestamp: Timestamp?, details: [String: String] = [:]) {
        self.topic = topic.rawValue
        self.message = message
        self.timestamp = timestamp
        self.details = details
    }

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
        case submission = "Submission"
        case scheduling = "Scheduling"
        case queueing = "Queueing"
        case executionTimeout = "Exec Timeout"
        case jobTimeout = "Job Timeout"
        case requestingNode = "Requesting Node"
        case downloadingInputs = "Downloading Inputs"
        case preparingEnvironment = "Preparing Environment"
        case runningExecution = "Running Execution"
        case publishingResults = "Publishing Results"
        case canceling = "Canceling"
    }

    /// Keys of ``Event/details`` that clients look at; flags have the value `true`.
    public enum Detail {
        public static let isError = "IsError"
        public static let hint = "Hint"
        public static let retryable = "Retryable"
        public static let failsExecution = "FailsExecution"
        public static let reason = "Reason"
        public static let errorCode = "ErrorCode"
        /// In the item with which a version of a job begins: its number.
        public static let jobVersion = "JobVersion"
    }
}
