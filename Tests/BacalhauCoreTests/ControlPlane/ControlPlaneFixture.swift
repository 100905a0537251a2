import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// A control plane with a clock and a source of chance that the test turns.
struct ControlPlaneFixture: ~Copyable {
    var state: ControlState
    /// Both clocks; they go together unless a test lets the wall clock jump.
    var moment = Moment(wall: Timestamp(nanoseconds: 1_000_000_000), uptime: 0)
    private var entropy: UInt64 = 0
    /// Messages of the last command.
    private(set) var messages: [(node: NodeID, message: NodeMessage)] = []
    private(set) var jobs: [JobID: Job] = [:]
    private(set) var schedulings: [JobID: SchedulingRecord] = [:]
    private(set) var executions: [ExecutionID: Execution] = [:]
    private(set) var history: [HistoryItem] = []

    init(settings: ControlSettings = ControlSettings()) { state = ControlState(settings: settings) }

    @discardableResult
    mutating func apply(_ command: Command) -> CommandOutcome {
        entropy += 1
        var changes = ChangeSet()
        let outcome = state.apply(command, at: moment, entropy: entropy, changes: &changes)
        take(changes)
        return outcome
    }

    private mutating func take(_ changes: ChangeSet) {
        messages = changes.messages
        for (id, value) in changes.jobs {
            jobs[id] = value.job
            if let scheduling = value.scheduling { schedulings[id] = scheduling }
        }
        for (id, value) in changes.executions { executions[id] = value.execution }
        history += changes.history.map(\.item)
    }

    /// Lets time go by; what is due is done.
    mutating func advance(_ duration: Duration) {
        moment.wall = moment.wall + duration
        moment.uptime += duration.wholeNanoseconds
        apply(.tick)
    }

    /// Goes to the next deadline and does what is due; only up to `limit` ahead.
    mutating func advanceToDeadline() {
        if let due = state.nextDeadline { advance(.nanoseconds(max(0, due - moment.uptime))) }
    }

    static func info(
        _ name: String, cpuMillicores: Int64 = 1000, gpus: [GPU] = [], labels: [String: String] = [:],
        engines: [String] = ["noop"], limit: Resources? = nil
    ) -> NodeInfo {
        let capacity = Resources(
            cpuMillicores: cpuMillicores, memoryBytes: 1 << 40, diskBytes: 1 << 40, gpuCount: UInt64(gpus.count),
            gpus: gpus)
        let compute = ComputeNodeInfo(
            executionEngines: engines, publishers: ["noop"], storageSources: ["inline"], maxCapacity: capacity,
            availableCapacity: capacity, maxJobRequirements: limit ?? capacity)
        return NodeInfo(
            nodeID: NodeID(rawValue: name), nodeType: .compute, labels: labels, compute: compute, version: .current)
    }

    mutating func addNode(
        _ name: String, cpuMillicores: Int64 = 1000, labels: [String: String] = [:], known: [ExecutionID] = []
    ) {
        let info = ControlPlaneFixture.info(name, cpuMillicores: cpuMillicores, labels: labels)
        apply(.nodeConnected(info, known: known))
    }

    /// The jobs that are not over, as they would be stored.
    func stored() -> [StoredJob] {
        state.jobs.values.sorted { $0.order < $1.order }.map { live in
            StoredJob(
                order: live.order, job: live.job,
                executions: executions.values.filter { $0.jobID == live.id }.sorted { $0.id < $1.id },
                historyCount: live.historyCount, scheduling: live.scheduling)
        }
    }

    /// Goes on with what was stored, as after a crash. Nodes have to connect again, but for those named.
    mutating func restart(connected: [NodeID] = []) {
        let jobs = stored()
        let nodes = state.nodes.all.map(\.state)
        let former = state.nodes.all.filter { connected.contains($0.id) }
        let next = state.nextOrder
        state = ControlState(settings: state.settings)
        state.restore(jobs, nodes: nodes, nextOrder: next, at: moment)
        state.resume(former)
        var changes = ChangeSet()
        entropy += 1
        state.settle(entropy: entropy, changes: &changes)
        take(changes)
    }

    @discardableResult
    mutating func submit(
        _ name: String, _ type: JobType = .batch, cpu: String = "1", gpu: String = "", count: Int = 1,
        priority: Int = 0, constraints: [Constraint] = [], timeouts: Timeouts = Timeouts(), engine: String = "noop",
        retryPolicy: Job.RetryPolicy? = nil, nodeLoss: Job.NodeLossPolicy? = nil
    ) -> JobID {
        let id = JobID(rawValue: name)
        let task = Job.Task(
            engine: Engine(type: engine), resources: ResourcesConfig(cpu: cpu, gpu: gpu), timeouts: timeouts)
        var job = Job(
            id: id, name: name, type: type, priority: priority, count: count, constraints: constraints, tasks: [task])
        job.retryPolicy = retryPolicy
        job.nodeLossPolicy = nodeLoss?.rawValue ?? ""
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
