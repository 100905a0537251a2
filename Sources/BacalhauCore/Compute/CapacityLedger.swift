import BacalhauModel

/// What a node's executions hold of it, down to the single GPU.
struct CapacityLedger: Sendable {
    let total: Resources
    private var held: [ExecutionID: Resources] = [:]
    private(set) var used: Resources = .zero
    private var takenGPUs: Set<GPU.Key> = []

    init(total: Resources) { self.total = total }

    /// What nobody holds, with the GPUs by name.
    var available: Resources {
        var rest = total
        rest -= used
        rest.gpus = freeGPUs
        return rest
    }

    /// Holds what an execution needs.
    ///
    /// GPUs that the demand names are taken as they are named; a count gets free ones. Repeating it changes nothing.
    /// - Returns: what is held, with the GPUs by name.
    /// - Throws: what is missing; then nothing is held.
    mutating func reserve(_ demand: Resources, for id: ExecutionID) throws(CapacityShortage) -> Resources {
        if let share = held[id] { return share }
        var share = demand
        share.gpuCount = max(demand.gpuCount, UInt64(demand.gpus.count))
        guard available.covers(share) else { throw CapacityShortage(parts: available.shortfalls(of: share)) }
        share.gpus = try assign(share)
        hold(share, for: id)
        return share
    }

    /// Holds what an execution of before a restart got then, whether or not it fits what the node offers now.
    mutating func restore(_ share: Resources, for id: ExecutionID) {
        guard held[id] == nil else { return }
        hold(share, for: id)
    }

    /// Raises the disk space that a held execution takes to what its inputs need, unless it asked for more anyway.
    ///
    /// - Throws: what is missing; then the execution holds what it did before.
    mutating func claimDisk(_ bytes: UInt64, for id: ExecutionID) throws(CapacityShortage) {
        guard var demand = held[id], bytes > demand.diskBytes else { return }
        let more = Resources(diskBytes: bytes - demand.diskBytes)
        guard available.covers(more) else { throw CapacityShortage(parts: available.shortfalls(of: more)) }
        demand.diskBytes = bytes
        held[id] = demand
        used += more
    }

    mutating func release(_ id: ExecutionID) {
        guard let demand = held.removeValue(forKey: id) else { return }
        used -= demand
        takenGPUs.subtract(demand.gpus.map(\.key))
    }

    private var freeGPUs: [GPU] { total.gpus.filter { !takenGPUs.contains($0.key) } }

    private mutating func hold(_ demand: Resources, for id: ExecutionID) {
        held[id] = demand
        used += demand
        takenGPUs.formUnion(demand.gpus.map(\.key))
    }

    /// The named GPUs, as this node knows them, and free ones up to the count.
    private func assign(_ demand: Resources) throws(CapacityShortage) -> [GPU] {
        var problems: [String] = []
        var chosen: [GPU] = []
        for wanted in Set(demand.gpus.map(\.key)).sorted() {
            guard let gpu = total.gpus.first(where: { $0.key == wanted }) else {
                problems.append("there is no \(wanted)")
                continue
            }
            if takenGPUs.contains(wanted) { problems.append("\(wanted) is taken") }
            chosen.append(gpu)
        }
        guard problems.isEmpty else { throw CapacityShortage(parts: problems) }
        let others = freeGPUs.filter { !chosen.contains($0) }.prefix(
            max(0, Int(clamping: demand.gpuCount) - chosen.count))
        // With more GPUs offered than there are devices some executions share them: those get a count without names.
        guard chosen.count + others.count >= demand.gpuCount else { return chosen }
        return chosen + others
    }
}

/// What a node has too little of at the moment.
struct CapacityShortage: Error, Hashable, Sendable, CustomStringConvertible {
    var parts: [String]
    var description: String { "not enough capacity to run job (\(parts.joined(separator: "; ")))" }
}
