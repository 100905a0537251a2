import BacalhauModel

/// What a node's executions hold of it.
struct CapacityLedger: Sendable {
    let total: Resources
    private var held: [ExecutionID: Resources] = [:]
    private(set) var used: Resources = .zero

    init(total: Resources) { self.total = total }

    /// Holds what an execution needs; `false`, and nothing held, when it does not fit. Repeating is harmless.
    mutating func reserve(_ demand: Resources, for id: ExecutionID) -> Bool {
        guard held[id] == nil else { return true }
        var after = used
        after += demand
        guard total.covers(after) else { return false }
        held[id] = demand
        used = after
        return true
    }

    mutating func release(_ id: ExecutionID) {
        guard let demand = held.removeValue(forKey: id) else { return }
        used -= demand
    }
}
