import BacalhauModel

/// A node that is kept free for the first of those who wait and do not fit yet.
///
/// Those behind may run there as long as all of them together fit beside the holder: once the executions that ran when
/// the reservation began have ended, the holder has its room. So nobody in front waits for somebody behind.
struct Reservation: Sendable {
    enum Holder: Hashable, Sendable {
        /// The head of a waiting group.
        case group(Int)
        /// An execution that can run nowhere else.
        case bound(ExecutionID)
    }

    let holder: Holder
    /// What the holder needs.
    let demand: Room
    /// Where the holder stood when the reservation was made or last looked at.
    var key: QueueKey
    /// Executions of those behind that run here since.
    private var passers: [ExecutionID: Room] = [:]
    private var passing: Room = .zero

    init(holder: Holder, demand: Room, key: QueueKey) {
        self.holder = holder
        self.demand = demand
        self.key = key
    }

    /// What those behind the holder may take of `room` on a node with this capacity.
    func room(behind room: Room, capacity: Room) -> Room {
        var spare = capacity
        spare -= demand
        spare -= passing
        return room.limited(to: spare)
    }

    mutating func pass(_ id: ExecutionID, _ demand: Room) {
        passers[id] = demand
        passing += demand
    }

    mutating func forget(_ id: ExecutionID) {
        guard let demand = passers.removeValue(forKey: id) else { return }
        passing -= demand
    }
}
