import BacalhauModel

/// A node with what the control plane has reserved on it.
struct NodeRecord: Sendable {
    var state: NodeState
    /// What the node has in all, and the most that one execution may take.
    private(set) var capacity: Room = .zero
    private(set) var limit: Room = .zero
    private(set) var reserved: Room = .zero
    /// Executions that are assigned to it, have their share reserved, and have not ended.
    private(set) var executions: [ExecutionID: Room] = [:]
    private(set) var busyGPUs: Set<GPU.Key> = []
    /// For whom it is kept free.
    var reservation: Reservation?
    /// Executions of ops and daemon jobs that wait for room here, in order.
    var bound: [BoundExecution] = []
    /// When it was last heard of, on the clock of deadlines.
    var lastHeard: Int64 = 0
    /// The same and more by the time of day, for people.
    var contact = NodeContact()
    /// When its executions are given up unless it returns, on the clock of deadlines.
    var lossDue: Int64?
    /// Whether its executions were given up; it has to connect anew.
    var isLost = false
    /// Wishes that may have to be sent again, the oldest first.
    var unacknowledged: [SentWish] = []
    var isResendArmed = false
    var sessions = SessionRecord()
    /// When it is looked whether it was heard of.
    var leaseDue: Int64?

    /// A wish and when it is sent again.
    struct SentWish: Sendable {
        let execution: ExecutionID
        let isStop: Bool
        let due: Int64
    }

    init(state: NodeState) {
        self.state = state
        measure()
    }

    var id: NodeID { state.info.nodeID }

    /// Whether it can be given work.
    var isUsable: Bool {
        state.membership == .approved && state.connection == .connected && state.info.compute != nil
    }

    /// Whether it may be given work once it is connected.
    var isEligible: Bool { state.membership == .approved && !isLost && state.info.compute != nil }

    /// What is left after all reservations.
    var room: Room { isUsable ? capacity - reserved : .none }

    mutating func setInfo(_ info: NodeInfo) {
        state.info = info
        measure()
    }

    private mutating func measure() {
        capacity = state.info.compute.map { Room($0.maxCapacity) } ?? .zero
        limit = state.info.compute.map { Room($0.maxJobRequirements) } ?? .zero
        // A node that names no limit for one job takes what fits.
        if limit == .zero { limit = capacity }
    }

    /// Takes an execution's share, and names its GPUs where the node named them.
    mutating func assign(_ id: ExecutionID, _ demand: Room) -> [GPU] {
        executions[id] = demand
        reserved += demand
        guard demand.gpus > 0 else { return [] }
        let chosen = Array(freeGPUs.sorted { $0.key < $1.key }.prefix(Int(demand.gpus)))
        busyGPUs.formUnion(chosen.map(\.key))
        return chosen
    }

    private var freeGPUs: [GPU] {
        state.info.compute?.maxCapacity.gpus.filter { !busyGPUs.contains($0.key) } ?? []
    }

    /// Takes a share that was given before a restart.
    mutating func reassign(_ id: ExecutionID, _ demand: Room, gpus: [GPU]) {
        executions[id] = demand
        reserved += demand
        busyGPUs.formUnion(gpus.map(\.key))
    }

    /// Gives an execution's share back.
    mutating func release(_ id: ExecutionID, gpus: [GPU]) {
        guard let demand = executions.removeValue(forKey: id) else { return }
        reserved -= demand
        busyGPUs.subtract(gpus.map(\.key))
        reservation?.forget(id)
    }

    /// The node with what is in use, as people are shown it.
    var described: KnownNode {
        var described = state
        var left = (capacity - reserved).resources
        left.gpus = freeGPUs
        described.info.compute?.availableCapacity = left
        described.info.compute?.runningExecutions = executions.count
        described.info.compute?.enqueuedExecutions = bound.count
        return KnownNode(state: described, contact: contact)
    }
}

/// An execution that can run on one node only and waits for room there.
struct BoundExecution: Sendable {
    let key: QueueKey
    let execution: ExecutionID
    let job: JobID
    let demand: Room
}
