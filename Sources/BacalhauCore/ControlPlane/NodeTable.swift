import BacalhauModel

/// All known nodes. Each keeps its place while it is known; what placement looks at most stands close together.
struct NodeTable: Sendable {
    private var records: [NodeRecord?] = []
    private var placeOf: [NodeID: Int] = [:]
    private var freePlaces: [Int] = []
    /// What is left of each node, and the most that one execution may take of it.
    private(set) var rooms: [Room] = []
    private(set) var limits: [Room] = []
    private(set) var capacities: [Room] = []
    private(set) var isReserved: [Bool] = []
    private(set) var ids: [NodeID] = []
    private(set) var usableCount = 0
    private(set) var eligibleCount = 0

    var count: Int { placeOf.count }

    func place(of id: NodeID) -> Int? { placeOf[id] }

    subscript(place: Int) -> NodeRecord? { place < records.count ? records[place] : nil }
    subscript(id: NodeID) -> NodeRecord? { placeOf[id].flatMap { records[$0] } }

    /// For whom the node at a place is kept free.
    func reservation(at place: Int) -> Reservation? { records[place]?.reservation }

    /// All nodes with their places, in the order of the places.
    var places: [(place: Int, node: NodeRecord)] {
        records.enumerated().compactMap { entry in entry.element.map { (entry.offset, $0) } }
    }

    /// All nodes.
    var all: [NodeRecord] { records.compactMap { $0 } }

    /// Takes a node in.
    mutating func insert(_ record: NodeRecord) -> Int {
        let place: Int
        if let free = freePlaces.popLast() {
            place = free
            records[place] = record
        } else {
            place = records.count
            records.append(record)
            rooms.append(.none)
            limits.append(.none)
            capacities.append(.none)
            isReserved.append(false)
            ids.append(record.id)
        }
        ids[place] = record.id
        placeOf[record.id] = place
        if record.isUsable { usableCount += 1 }
        if record.isEligible { eligibleCount += 1 }
        copyFigures(at: place)
        return place
    }

    mutating func remove(_ id: NodeID) {
        guard let place = placeOf.removeValue(forKey: id) else { return }
        if records[place]?.isUsable == true { usableCount -= 1 }
        if records[place]?.isEligible == true { eligibleCount -= 1 }
        records[place] = nil
        copyFigures(at: place)
        freePlaces.append(place)
    }

    /// Changes a node and keeps the figures beside it right.
    mutating func update<Result>(_ place: Int, _ change: (inout NodeRecord) -> Result) -> Result? {
        guard place < records.count, records[place] != nil else { return nil }
        let wasUsable = records[place]?.isUsable == true
        let wasEligible = records[place]?.isEligible == true
        // In place: taking the record out would copy its tables.
        guard let result = records[place].mutate(change) else { return nil }
        let isUsable = records[place]?.isUsable == true
        let isEligible = records[place]?.isEligible == true
        if wasUsable != isUsable { usableCount += isUsable ? 1 : -1 }
        if wasEligible != isEligible { eligibleCount += isEligible ? 1 : -1 }
        copyFigures(at: place)
        return result
    }

    private mutating func copyFigures(at place: Int) {
        rooms[place] = records[place]?.room ?? .none
        limits[place] = records[place]?.limit ?? .none
        capacities[place] = records[place]?.capacity ?? .none
        isReserved[place] = records[place]?.reservation != nil
    }

    mutating func update<Result>(_ id: NodeID, _ change: (inout NodeRecord) -> Result) -> Result? {
        placeOf[id].flatMap { update($0, change) }
    }
}

extension Optional where Wrapped == NodeRecord {
    fileprivate mutating func mutate<Result>(_ change: (inout NodeRecord) -> Result) -> Result? {
        guard self != nil else { return nil }
        return change(&self!)
    }
}
