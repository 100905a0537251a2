import BacalhauModel

/// The requirements of live jobs, each with the nodes that meet it, so that a placement looks at no other.
struct RequirementTable: Sendable {
    struct Entry: Sendable {
        let requirement: Requirement
        /// Places of nodes in the node table, by the number of wishes they leave unmet.
        var tiers: [[Int]] = []
        /// For each place, whether the node there meets the requirement.
        var isMet: [Bool] = []
        var useCount = 0
    }

    private(set) var entries: [Entry?] = []
    private var indices: [Requirement: Int] = [:]
    private var free: [Int] = []
    private var unused: [Int] = []

    /// Requirements nobody uses are kept for the next job like the last ones, up to this many.
    private static let unusedCountMax = 256

    subscript(index: Int) -> Entry { entries[index] ?? Entry(requirement: Requirement(Job())) }

    func isMet(_ index: Int, by place: Int) -> Bool {
        guard let entry = entries[index], place < entry.isMet.count else { return false }
        return entry.isMet[place]
    }

    /// Takes note of one more user of a requirement.
    mutating func use(_ requirement: Requirement, nodes: borrowing NodeTable) -> Int {
        if let index = indices[requirement] {
            entries[index]?.useCount += 1
            return index
        }
        var entry = Entry(requirement: requirement)
        entry.useCount = 1
        for (place, node) in nodes.places { entry.add(node.state.info, at: place) }
        let index: Int
        if let reused = free.popLast() {
            index = reused
            entries[index] = entry
        } else {
            index = entries.count
            entries.append(entry)
        }
        indices[requirement] = index
        return index
    }

    mutating func release(_ index: Int) {
        entries[index]?.useCount -= 1
        guard entries[index]?.useCount == 0 else { return }
        unused.append(index)
        guard unused.count > RequirementTable.unusedCountMax else { return }
        // Those that are in use again leave the list here, each at most once for each time it was put in.
        let candidates = unused
        unused = []
        for index in candidates {
            guard let entry = entries[index], entry.useCount == 0 else { continue }
            indices[entry.requirement] = nil
            entries[index] = nil
            free.append(index)
        }
    }

    /// A node came or changed.
    mutating func update(_ info: NodeInfo, at place: Int) {
        for index in entries.indices where entries[index] != nil {
            entries[index]?.remove(place)
            entries[index]?.add(info, at: place)
        }
    }

    /// A node went.
    mutating func remove(_ place: Int) {
        for index in entries.indices { entries[index]?.remove(place) }
    }
}

extension RequirementTable.Entry {
    mutating func add(_ info: NodeInfo, at place: Int) {
        guard requirement.obstacle(on: info) == nil else { return }
        let tier = requirement.unmetWishCount(on: info)
        while tiers.count <= tier { tiers.append([]) }
        tiers[tier].append(place)
        while isMet.count <= place { isMet.append(false) }
        isMet[place] = true
    }

    mutating func remove(_ place: Int) {
        guard place < isMet.count, isMet[place] else { return }
        isMet[place] = false
        for tier in tiers.indices {
            guard let index = tiers[tier].lastIndex(of: place) else { continue }
            tiers[tier].swapAt(index, tiers[tier].count - 1)
            tiers[tier].removeLast()
        }
    }
}
