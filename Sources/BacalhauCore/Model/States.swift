/// Where a job stands.
public enum JobStateType: String, Sendable, CaseIterable {
    /// Not submitted, or a state that this version does not know.
    case undefined = "Undefined"
    /// Taken, and nothing of it placed yet; also after an update or rerun.
    case pending = "Pending"
    /// Nothing of it runs, and it waits for a node with room.
    case queued = "Queued"
    /// At least one of its executions was handed to a node.
    case running = "Running"
    /// All of it ended well; only batch and ops jobs come here.
    case completed = "Completed"
    /// Given up: an execution failed for good, a timeout passed, or no node can run it.
    case failed = "Failed"
    /// Ended at a user's request.
    case stopped = "Stopped"

    /// Whether nothing can change any more.
    public var isTerminal: Bool { self == .completed || self == .failed || self == .stopped }
}

/// What the node that holds an execution last said of it. The raw values are those of v1.4.0's wire.
public enum ExecutionStateType: Int, Sendable, CaseIterable {
    /// Nothing is known; read where the sender names no state.
    case undefined = 0
    /// Made by the orchestrator; the node has not answered yet.
    case new = 1
    /// The node was asked for an offer. v1.4.0's; this orchestrator sends work without asking first.
    case askForBid = 2
    /// The node made an offer. v1.4.0's; this orchestrator does not use it.
    case askForBidAccepted = 3
    /// The node refused to run it. The end; another node may get another execution.
    case askForBidRejected = 4
    /// The node has taken it, and prepares, runs or publishes it.
    case bidAccepted = 5
    /// The orchestrator turned the node's offer down. The end. v1.4.0's; this orchestrator does not use it.
    case bidRejected = 6
    /// The program ran to its end, and its results are published. The end.
    case completed = 7
    /// It could not be prepared, run or published, or its node was lost. The end.
    case failed = 8
    /// Ended early because it was not wanted any more, or its node went down. The end.
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
    /// It is to wait: for room on its node, or for the node's offer (v1.4.0).
    case pending = 0
    /// It is to run.
    case running = 1
    /// It is to end, or has ended.
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
    /// The state itself.
    public var type: StateType
    /// Why, for people; empty when there is nothing to say.
    public var message: String

    /// Makes a state; without a message unless told.
    public init(_ type: StateType, message: String = "") {
        self.type = type
        self.message = message
    }
}
