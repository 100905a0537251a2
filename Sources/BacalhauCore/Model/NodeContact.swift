/// When a node was heard of, by the time of day, and why it is not any more.
///
/// Not stored: after a restart nothing was heard of a node yet, and it counts as disconnected since then.
public struct NodeContact: Hashable, Sendable {
    /// When it last said anything; zero when never.
    public var lastHeard = Timestamp.zero
    /// When its present connection began, or its last one; zero when it never connected.
    public var connectedSince = Timestamp.zero
    /// When it last left, or was found to be silent; zero when never.
    public var disconnectedSince = Timestamp.zero
    /// Why it is not connected; empty when it is, and when it left by itself.
    public var lastError = ""

    /// Nothing was heard of the node.
    public init() {}
}

/// A node with what is in use on it, and when it was heard of.
public struct KnownNode: Hashable, Sendable {
    /// What clients of every version are shown.
    public var state: NodeState
    /// What goes with ``NodeState/connection``.
    public var contact: NodeContact

    /// Puts both together.
    public init(state: NodeState, contact: NodeContact) {
        self.state = state
        self.contact = contact
    }
}
