import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// A control plane with a clock and a source of chance that the test turns.
struct ControlPlaneFixture {
    var state: ControlState
    var time = Timestamp(nanoseconds: 1_000_000_000)
    private var entropy: UInt64 = 0
    /// Messages of the last command.
    private(set) var messages: [(node: NodeID, message: NodeMessage)] = []
    private(set) var jobs: [JobID: Job] = [:]
    private(set) var executions: [ExecutionID: Execution] = [:]
    private(set) var history: [HistoryItem] = []

    init(settings: ControlState.Settings = ControlState.Settings()) { state = ControlState(settings: settings) }

    @discardableResult
    mutating func apply(_ command: Command) -> CommandOutcome {
        entropy += 1
        var changes = ChangeSet()
        let outcome = state.apply(command, at: time, entropy: entropy, changes: &changes)
        messages = changes.messages
        for (id, value) in changes.jobs { jobs[id] = value.job }
        for (id, value) in changes.executions { executions[id] = value.execution }
        history += changes.history.map(\.item)
        return outcome
    }

    mutating func addNode(
        _ name: String, cpuMillicores: Int64 = 1000, labels: [String: String] = [:], known: [ExecutionID] = []
    ) {
        let capacity = Resources(cpuMillicores: cpuMillicores, memoryBytes: 1 << 40, diskBytes: 1 << 40)
        let compute = ComputeNodeInfo(
            executionEngines: ["noop"], publishers: ["noop"], storageSources: ["inline"], maxCapacity: capacity,
            availableCapacity: capacity, maxJobRequirements: capacity)
        apply(
            .nodeConnected(
                NodeInfo(
                    nodeID: NodeID(rawValue: name), nodeType: .compute, labels: labels, compute: compute,
                    version: .current),
                known: known))
    }

    @discardableResult
    mutating func submit(
        _ name: String, cpu: String = "1", count: Int = 1, priority: Int = 0, constraints: [Constraint] = [],
        timeouts: Timeouts = Timeouts()
    ) -> JobID {
        let id = JobID(rawValue: name)
        let task = Job.Task(
            engine: Engine(type: "noop"), resources: ResourcesConfig(cpu: cpu), timeouts: timeouts)
        let job = Job(id: id, name: name, priority: priority, count: count, constraints: constraints, tasks: [task])
        apply(.submit(job, evaluation: EvaluationID(rawValue: "v-\(name)"), token: ""))
        return id
    }

    mutating func report(_ execution: Execution, _ content: ExecutionReport.Content) {
        apply(
            .report(
                ExecutionReport(
                    executionID: execution.id, jobID: execution.jobID, nodeID: execution.nodeID, content: content)))
    }

    /// The executions of a job that have not ended, in a fixed order.
    func active(_ id: JobID) -> [Execution] {
        (state.jobs[id].map { Array($0.active.values) } ?? []).sorted { $0.id < $1.id }
    }

    /// The job and node of each execution that the last command wanted to be run.
    var started: [String] {
        messages.compactMap { entry in
            if case .run(let execution, _) = entry.message { "\(execution.jobID)@\(entry.node)" } else { nil }
        }
    }
}
