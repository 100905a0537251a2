public import BacalhauModel

/// Which jobs are listed, and how.
public struct JobListQuery: Hashable, Sendable {
    /// The order of a job list.
    public enum Order: String, Sendable {
        /// By the time of submission.
        case createdAt = "created_at"
        /// By the time of the last change.
        case modifiedAt = "modified_at"
    }

    /// Jobs of one page; 0 is all at once.
    public var limit: UInt32
    /// From the page before; it replaces ``orderBy``, ``reverse`` and ``limit``.
    public var nextToken: String?
    /// `nil` is the time of creation.
    public var orderBy: Order?
    /// Newest first.
    public var reverse: Bool
    /// Label selectors such as `team=imaging` or `zone in (eu,us)`; all must hold.
    public var labels: [String]
    /// `nil` and `*` mean every namespace.
    public var namespace: String?

    /// All jobs, oldest first, unless limited.
    public init(
        limit: UInt32 = 0, nextToken: String? = nil, orderBy: Order? = nil, reverse: Bool = false,
        labels: [String] = [], namespace: String? = nil
    ) {
        self.limit = limit
        self.nextToken = nextToken
        self.orderBy = orderBy
        self.reverse = reverse
        self.labels = labels
        self.namespace = namespace
    }
}

/// Which executions of a job are listed, and how.
public struct ExecutionQuery: Hashable, Sendable {
    /// The most executions; 0 is all.
    public var limit: UInt32
    /// From the page before.
    public var nextToken: String?
    /// `modify_time` (the server's default), `create_time`, `id` or `state`; the server refuses anything else.
    public var orderBy: String?
    /// Turns the order around.
    public var reverse: Bool

    /// All executions in the server's order, unless limited.
    public init(limit: UInt32 = 0, nextToken: String? = nil, orderBy: String? = nil, reverse: Bool = false) {
        self.limit = limit
        self.nextToken = nextToken
        self.orderBy = orderBy
        self.reverse = reverse
    }
}

/// Which events of a job are listed.
public struct HistoryQuery: Hashable, Sendable {
    /// Whose events.
    public enum EventType: String, Sendable {
        /// Both.
        case all
        /// Of the job itself.
        case job
        /// Of its executions.
        case execution
    }

    /// `nil` is all.
    public var eventType: EventType?
    /// Events of executions whose identifier begins so.
    public var executionID: String?
    /// Events of nodes whose identifier begins so.
    public var nodeID: String?
    /// Events of this second and later.
    public var since: Timestamp?
    /// The most events; 0 is all.
    public var limit: UInt32
    /// From the page before.
    public var nextToken: String?

    /// All events in the order of time, unless limited.
    public init(
        eventType: EventType? = nil, executionID: String? = nil, nodeID: String? = nil, since: Timestamp? = nil,
        limit: UInt32 = 0, nextToken: String? = nil
    ) {
        self.eventType = eventType
        self.executionID = executionID
        self.nodeID = nodeID
        self.since = since
        self.limit = limit
        self.nextToken = nextToken
    }
}
