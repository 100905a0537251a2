import BacalhauModel

/// The batch and service jobs that wait for room, in groups of those that fit exactly the same nodes.
///
/// When the head of a group does not fit somewhere, nobody in the group does: finding who takes freed room costs as
/// many looks as there are groups, not jobs.
struct WaitingQueue {
    /// What makes jobs fit the same nodes.
    struct GroupKey: Hashable, Sendable {
        let requirement: Int
        let demand: Room
        /// Set for a job that some nodes refused: it stands for itself.
        let loner: JobID?
    }

    struct Group {
        let key: GroupKey
        var queue = JobQueue()
        /// The node that is kept free for the group's head.
        var reservedNode: NodeID?
        /// Whether no known node can ever run it, so that only a new or changed node is worth a look.
        var isStranded = false
    }

    private var groups: [Group?] = []
    private var indices: [GroupKey: Int] = [:]
    private var free: [Int] = []
    private var jobs: [Int64: LiveJob] = [:]
    /// The first of each group that is not stranded, in order.
    private(set) var heads: [(key: QueueKey, group: Int)] = []

    var count: Int { jobs.count }
    var isEmpty: Bool { jobs.isEmpty }

    subscript(group: Int) -> Group? { groups[group] }

    func group(_ key: GroupKey) -> Int? { indices[key] }

    /// The first job of a group.
    func head(of group: Int) -> LiveJob? { groups[group]?.queue.first.flatMap { jobs[$0.order] } }

    /// All jobs of a group, in order.
    func jobs(of group: Int) -> [LiveJob] { groups[group]?.queue.all.compactMap { jobs[$0.order] } ?? [] }

    /// How many jobs stand before `key`.
    func count(before key: QueueKey) -> Int {
        groups.reduce(0) { $0 + ($1?.queue.count(before: key) ?? 0) }
    }

    var groupIndices: [Int] { groups.indices.filter { groups[$0] != nil } }

    /// Takes a job in. - Returns: its group.
    mutating func insert(_ job: LiveJob, _ key: GroupKey) -> Int {
        let index: Int
        if let known = indices[key] {
            index = known
        } else {
            index = free.popLast() ?? groups.count
            if index == groups.count { groups.append(nil) }
            groups[index] = Group(key: key)
            indices[key] = index
        }
        changeHead(of: index) { $0.queue.insert(job.key) }
        jobs[job.order] = job
        job.group = index
        return index
    }

    /// Lets a job go, and its group when nobody is left in it.
    ///
    /// - Returns: the node that was kept free for the group, when the group is gone.
    mutating func remove(_ job: LiveJob) -> NodeID? {
        guard let index = job.group else { return nil }
        job.group = nil
        jobs[job.order] = nil
        changeHead(of: index) { $0.queue.remove(job.key) }
        guard let group = groups[index], group.queue.isEmpty else { return nil }
        indices[group.key] = nil
        groups[index] = nil
        free.append(index)
        return group.reservedNode
    }

    mutating func setReservedNode(_ node: NodeID?, of group: Int) { groups[group]?.reservedNode = node }

    mutating func setStranded(_ isStranded: Bool, _ group: Int) {
        changeHead(of: group) { $0.isStranded = isStranded }
    }

    /// The place among the heads from which on they stand at or behind `key`.
    func headIndex(of key: QueueKey) -> Int {
        var low = 0
        var high = heads.count
        while low < high {
            let middle = (low + high) / 2
            if heads[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func changeHead(of index: Int, _ change: (inout Group) -> Void) {
        let before = visibleHead(of: index)
        if groups[index] != nil { change(&groups[index]!) }
        let after = visibleHead(of: index)
        guard before != after else { return }
        if let before { heads.remove(at: headIndex(of: before)) }
        if let after { heads.insert((after, index), at: headIndex(of: after)) }
    }

    private func visibleHead(of index: Int) -> QueueKey? {
        guard let group = groups[index], !group.isStranded else { return nil }
        return group.queue.first
    }
}
