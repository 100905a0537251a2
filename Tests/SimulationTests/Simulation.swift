import BacalhauModel
import BacalhauTestSupport

@testable import BacalhauCore

/// One run of the simulated world: trouble, then peace, then a look at what must hold.
struct Simulation {
    let seed: UInt64
    let cluster: SimulatedCluster
    fileprivate let model: ModelStore
    private let disk: StoreOnDisk?

    /// - Parameter directory: where the real store is kept; `nil` for the model of it alone.
    init(seed: UInt64, directory: String? = nil) throws {
        self.seed = seed
        disk = try directory.map { try StoreOnDisk(directory: $0) }
        model = disk?.model ?? ModelStore()
        cluster = try SimulatedCluster(seed: seed, store: disk ?? model)
    }

    /// - Returns: what was violated; empty when all held.
    func run() throws -> [String] {
        prepare()
        let troubleEnd = Int64.seconds(240)
        try cluster.run(until: troubleEnd)
        cluster.isFaulty = false
        // The operators make up their minds, too; a part of what they said before may have been lost.
        for node in cluster.nodes { cluster.time.schedule(.peace(node.id), in: .seconds(90)) }
        // By then all nodes are back, and no total timeout has tidied up yet.
        try cluster.run(until: troubleEnd + .seconds(600))
        var violations = cluster.orchestrator.forgottenWishes(at: cluster.moment.wall)
        // Longer than the longest timeout of the jobs and the longest absence of a node.
        try cluster.run(until: troubleEnd + .seconds(1200))
        violations += checkEnded(of: [.batch, .ops])
        for id in acknowledged {
            cluster.orchestrator.inbox.append(
                SimulatedOrchestrator.Item(
                    command: .stop(id, reason: "", evaluation: EvaluationID(rawValue: "v")), caller: .nobody))
        }
        cluster.time.schedule(.handleBatch, in: 1)
        try cluster.run(until: troubleEnd + .seconds(1800))
        violations += checkEnded(of: JobType.allCases) + checkJobs() + checkRest()
        return violations + cluster.violations + cluster.orchestrator.violations + model.violations
            + (disk?.violations ?? [])
    }

    private func prepare() {
        let jobCount = cluster.chance.number(3...12)
        for number in 0..<jobCount {
            cluster.clients.append(SimulatedClient(.submit(JobScript.make(number, &cluster.chance))))
            cluster.time.schedule(.client(number), in: .milliseconds(cluster.chance.number(0...120_000)))
            let index = cluster.clients.count
            if cluster.chance.happens(200) { add(.stop(of: number), index) }
        }
        for number in 0..<jobCount where cluster.chance.happens(100) {
            add(.rerun(of: number, cluster.chance.happens(500) ? .all : .unfinished), cluster.clients.count)
        }
        for number in 0..<jobCount where cluster.chance.happens(100) {
            add(.update(of: number, cpu: cluster.chance.pick(["500m", "1", "2"])), cluster.clients.count)
        }
        for node in cluster.nodes {
            cluster.time.schedule(
                .nodeTimer(node.id, life: 0, .connect), in: .milliseconds(cluster.chance.number(0...30_000)))
            cluster.time.schedule(.nodeTimer(node.id, life: 0, .beat), in: .seconds(15))
        }
        cluster.time.schedule(.fault, in: .milliseconds(cluster.chance.number(1000...60_000)))
    }

    private func add(_ wish: SimulatedClient.Wish, _ index: Int) {
        cluster.clients.append(SimulatedClient(wish))
        cluster.time.schedule(.client(index), in: .milliseconds(cluster.chance.number(30_000...220_000)))
    }

    fileprivate var acknowledged: [JobID] { cluster.clients.compactMap(\.job) }

    // MARK: What must hold

    private func checkEnded(of types: [JobType]) -> [String] {
        acknowledged.compactMap { id in
            guard let stored = model.job(id) else { return "job \(id) was acknowledged and is not stored" }
            guard types.contains(stored.job.kind ?? .batch), !stored.job.state.type.isTerminal else { return nil }
            let explanation = cluster.orchestrator.state.explain(id)?.summary ?? "nobody knows it"
            return "job \(id) (\(stored.job.type)) is \(stored.job.state.type.rawValue) for ever: \(explanation)"
        }
    }

    private func checkJobs() -> [String] {
        var violations: [String] = []
        for id in acknowledged {
            guard let stored = model.job(id) else { continue }
            let current = stored.executions.filter { $0.jobVersion == stored.job.version }
            for execution in stored.executions where !execution.computeState.type.isTerminal {
                violations.append("execution \(execution.id) of \(id) never ended")
            }
            let completed = current.filter { $0.computeState.type == .completed }
            let slots = completed.map {
                stored.job.kind == .ops || stored.job.kind == .daemon ? $0.nodeID.rawValue : String($0.partitionIndex)
            }
            if Set(slots).count != slots.count { violations.append("a part of \(id) was completed twice") }
            if stored.job.kind == .batch, stored.job.state.type == .completed {
                let all = Set(stored.executions.filter { $0.computeState.type == .completed }.map(\.partitionIndex))
                if all != Set(0..<stored.job.count) { violations.append("\(id) completed without all of its parts") }
            }
            violations += checkHistory(of: id)
        }
        return violations
    }

    /// Each item begins where the last one ended.
    private func checkHistory(of id: JobID) -> [String] {
        var violations: [String] = []
        var job = JobStateType.pending
        var executions: [ExecutionID: ExecutionStateType] = [:]
        for item in model.history(of: id) {
            if let change = item.jobState {
                if change.previous != job { violations.append("the history of \(id) skips from \(job) to \(change)") }
                job = change.new
            }
            if let change = item.executionState {
                if let former = executions[item.executionID], former != change.previous {
                    violations.append("the history of \(item.executionID) skips from \(former) to \(change)")
                }
                executions[item.executionID] = change.new
            }
        }
        return violations
    }

    /// Nothing is left over when everything has ended.
    private func checkRest() -> [String] {
        var violations: [String] = []
        let left = cluster.orchestrator.state.jobs.keys.sorted()
        if !left.isEmpty {
            violations.append("jobs stay in memory: \(left)")
        }
        for node in cluster.orchestrator.state.nodes.all {
            if node.reserved != .zero || !node.executions.isEmpty || !node.bound.isEmpty || node.reservation != nil {
                violations.append("something stays reserved on \(node.id)")
            }
        }
        for node in cluster.nodes {
            if !node.workloads.isEmpty { violations.append("a workload goes on for ever on \(node.id)") }
            if !node.disk.isEmpty { violations.append("\(node.id) keeps executions for ever") }
        }
        return violations
    }
}

extension Simulation {
    /// All that was written into histories, to compare two runs.
    var trace: [String] {
        acknowledged.flatMap { id in
            model.history(of: id).map { item in
                let seconds = (item.time.nanoseconds - 1_700_000_000_000_000_000) / 1_000_000_000
                let state = item.jobState?.new.rawValue ?? item.executionState?.new.name ?? ""
                return "\(seconds) s \(item.jobID) \(item.executionID.short) \(item.nodeID) \(state): "
                    + item.event.message
            }
        }
    }
}
