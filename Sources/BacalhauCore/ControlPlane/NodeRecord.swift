import BacalhauModel

/// A node with what the control plane has reserved on it.
struct NodeRecord: Sendable {
    var state: NodeState
    var reserved: Resources = .zero
    var executionCount = 0

    var id: NodeID { state.info.nodeID }
    /// Whether it can be given work.
    var isUsable: Bool {
        state.membership == .approved && state.connection == .connected && state.info.compute != nil
    }

    /// The state with what is in use, as people are shown it.
    var described: NodeState {
        var described = state
        described.info.compute?.availableCapacity = available
        described.info.compute?.runningExecutions = executionCount
        return described
    }

    /// What is left after all reservations.
    var available: Resources {
        var left = state.info.compute?.maxCapacity ?? .zero
        left -= reserved
        return left
    }
}
