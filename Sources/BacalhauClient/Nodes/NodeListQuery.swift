public import BacalhauModel

/// Which nodes are listed, and how.
public struct NodeListQuery: Hashable, Sendable {
    /// Label selectors such as `zone=eu`; all must hold.
    public var labels: [String]
    /// Only nodes with this membership.
    public var approval: NodeState.Membership?
    /// Only nodes with this connection.
    public var connection: NodeState.Connection?
    /// `id` (the server's default), `type`, `available_cpu`, `available_memory`, `available_disk`, `available_gpu`,
    /// `approval` or `status`; the server refuses anything else.
    public var orderBy: String?
    /// Turns the order around.
    public var reverse: Bool
    /// The most nodes; 0 is all.
    public var limit: UInt32
    /// From the page before.
    public var nextToken: String?

    /// All nodes in the server's order, unless limited.
    public init(
        labels: [String] = [], approval: NodeState.Membership? = nil, connection: NodeState.Connection? = nil,
        orderBy: String? = nil, reverse: Bool = false, limit: UInt32 = 0, nextToken: String? = nil
    ) {
        self.labels = labels
        self.approval = approval
        self.connection = connection
        self.orderBy = orderBy
        self.reverse = reverse
        self.limit = limit
        self.nextToken = nextToken
    }
}
