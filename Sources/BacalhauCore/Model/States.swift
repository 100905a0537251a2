/// Where a job stands.
public enum JobStateType: String, Sendable, CaseIterable {
    case undefined = "Undefined"
    case pending = "Pending"
    case queued = "Queued"
    case running = "Running"
    case completed = "Completed"
    case failed = "Failed"
    case stopped = "Stopped"

    /// Whether nothing can change any more.
    public var isTerminal: Bool { self == .completed || self == .failed || self == .stopped }
}

/// What the node that holds an execution last said of it. The raw values are those of v1.4.0's wire.
public enum ExecutionStateType: Int, Sendable, CaseIterable {
    case undefined = 0
    case new = 1
    case askForBid = 2
    case askForBidAccepted = 3
    case askForBidRejected = 4
    case bidAccepted = 5
    case bidRejected = 6
    case completed = 7
    case failed = 8
    case cancelled = 9

    /// Whether nothing can change any more.
    public var isTerminal: Bool {
        switch self {
        case .askForBidRejected, .bidRejected, .completed, .failed, .cancelled: true
        default: false
        }
    }

    /// Whether the execution ended without a result.
    public var isDiscarded: Bool { isTerminal && self != .completed }

    /// The name that people read.
    public var name: String {
        switch self {
        case .undefined: "Undefined"
        case .new: "New"
        case .askForBid: "AskForBid"
        case .askForBidAccepted: "AskForBidAccepted"
        case .askForBidRejected: "AskForBidRejected"
        case .bidAccepted: "BidAccepted"
        case .bidRejected: "BidRejected"
        case .completed: "Completed"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        }
    }
}

/// What the orchestrator wants of an execution.
public enum DesiredStateType: Int, Sendable, CaseIterable {
    case pending = 0
    case running = 1
    case stopped = 2

    /// The name that people read.
    public var name: String {
        switch self {
        case .pending: "Pending"
        case .running: "Running"
        case .stopped: "Stopped"
        }
    }
}

/// A state with the reason for it.
public struct StateOf<StateType: Hashable & Sendable>: Hashable, Sendable {
    public var type: StateType
    /// Why, for people; empty when there is nothing to say.
    public var message: String

    public init(_ type: StateType, message: String = "") {
        self.type = type
        self.message = message
    }
}
