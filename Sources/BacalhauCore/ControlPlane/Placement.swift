import BacalhauModel
import BacalhauSupport

/// Chooses a node for one execution, from the job's wishes and the nodes' reservations.
///
/// Looks at a sample of the nodes that meet the requirement; only when none of the sample has room, at all of them. So a
/// decision costs the same with ten nodes and with ten thousand, and a burst of jobs does not fall on one node.
///
/// Holds the table of nodes: one that lives while the table changes makes a copy of all of it.
struct Placement {
    let nodes: NodeTable
    let job: LiveJob
    let key: QueueKey
    /// Executions of the same job on each node.
    let siblings: [NodeID: Int]

    /// Up to this many nodes all are looked at; of more, a sample of this size.
    static let sampleCount = 24

    init(_ job: LiveJob, nodes: NodeTable) {
        self.nodes = nodes
        self.job = job
        key = job.key
        siblings = job.executionsPerNode
    }

    /// The best place among `tiers`: nodes with the fewest unmet wishes come first.
    func choose(from tiers: [[Int]], random: inout SplitMix64) -> Int? {
        for tier in tiers {
            if let found = chooseFromSample(of: tier, random: &random) { return found }
            guard tier.count > Placement.sampleCount else { continue }
            if let found = best(of: tier, startingAt: Int(random.next(upperBound: UInt64(tier.count)))) { return found }
        }
        return nil
    }

    private func chooseFromSample(of tier: [Int], random: inout SplitMix64) -> Int? {
        guard !tier.isEmpty else { return nil }
        let start = Int(random.next(upperBound: UInt64(tier.count)))
        guard tier.count > Placement.sampleCount else { return best(of: tier, startingAt: start) }
        var sample: [Int] = []
        sample.reserveCapacity(Placement.sampleCount)
        for _ in 0..<Placement.sampleCount { sample.append(tier[Int(random.next(upperBound: UInt64(tier.count)))]) }
        return best(of: sample, startingAt: 0)
    }

    /// The place with the best score; of equals the first, going round from `start`.
    private func best(of places: [Int], startingAt start: Int) -> Int? {
        var best: (place: Int, score: Score)?
        for offset in places.indices {
            let index = start + offset
            let place = places[index < places.count ? index : index - places.count]
            guard fits(place) else { continue }
            let score = Score(self, place)
            if best.map({ score < $0.score }) ?? true { best = (place, score) }
        }
        return best?.place
    }

    /// Whether the node has room for one more execution of the job, where it stands in the queue.
    func fits(_ place: Int) -> Bool {
        guard nodes.rooms[place].covers(job.demand), nodes.limits[place].covers(job.demand) else { return false }
        guard !isRefused(by: place) else { return false }
        guard nodes.isReserved[place], let reservation = nodes.reservation(at: place), reservation.key < key,
            reservation.holder != job.group.map({ .group($0) })
        else { return true }
        return reservation.room(behind: nodes.rooms[place], capacity: nodes.capacities[place]).covers(job.demand)
    }

    /// Whether the node could run the job if it were empty and connected.
    func couldRun(on place: Int) -> Bool {
        nodes.limits[place].covers(job.demand) && nodes.capacities[place].covers(job.demand) && !isRefused(by: place)
            && nodes[place]?.isEligible == true
    }

    private func isRefused(by place: Int) -> Bool {
        !job.scheduling.refusals.isEmpty && job.scheduling.refusals[nodes.ids[place]] != nil
    }

    /// Less is better: fewer executions of the same job, then the emptier node.
    private struct Score: Comparable {
        let siblings: Int
        let load: Double

        init(_ placement: Placement, _ place: Int) {
            let nodes = placement.nodes
            siblings = placement.siblings.isEmpty ? 0 : placement.siblings[nodes.ids[place]] ?? 0
            load = (nodes.rooms[place] - placement.job.demand).load(of: nodes.capacities[place])
        }

        static func < (left: Score, right: Score) -> Bool {
            (left.siblings, left.load) < (right.siblings, right.load)
        }
    }
}

extension SplitMix64 {
    /// An even number below `bound`, which must not be 0.
    mutating func next(upperBound bound: UInt64) -> UInt64 {
        // The high half of the product; its bias is below bound / 2^64.
        next().multipliedFullWidth(by: bound).high
    }
}
