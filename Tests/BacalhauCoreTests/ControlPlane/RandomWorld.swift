import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// A control plane to which random things happen. The same seed gives the same life.
struct RandomWorld: ~Copyable {
    var plane: ControlPlaneFixture
    private(set) var random: SplitMix64
    /// What happened, for the message of a test that fails.
    private(set) var log: [String] = []
    private var jobCount = 0
    private var submitted: [JobID] = []

    static let nodeNames = (1...5).map { "n-\($0)" }

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        plane = ControlPlaneFixture()
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next(upperBound: UInt64(bound))) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// One thing happens.
    mutating func step() {
        switch below(100) {
        case ..<30: submit()
        case ..<62: report()
        case ..<72: connect()
        case ..<76: disconnect()
        case ..<80: update()
        case ..<82: remove()
        case ..<84: setMembership()
        case ..<88: stop()
        case ..<98: advance()
        case ..<99:
            log.append("restart")
            plane.restart()
        default:
            log.append("reload")
            plane.reload()
        }
    }

    private mutating func submit() {
        jobCount += 1
        let name = "j-\(jobCount)"
        let type = pick([JobType.batch, .batch, .batch, .batch, .service, .ops, .daemon])
        let cpu = pick(["0.1", "0.5", "1", "1", "2", "4", "8"])
        let gpu = pick(["", "", "", "1", "2"])
        let count = type == .batch || type == .service ? pick([1, 1, 1, 2, 5]) : 1
        let priority = pick([0, 0, 0, 0, 1, 7])
        let constraints = chance(20) ? [Constraint(key: "zone", operator: "=", values: [pick(["a", "b"])])] : []
        let timeouts = Timeouts(queue: pick([0, 0, 30, 300]), total: pick([0, 0, 0, 500]))
        let loss = pick([nil, nil, Job.NodeLossPolicy.keep, .replace])
        log.append("submit \(name) \(type) cpu \(cpu) gpu \(gpu) count \(count) priority \(priority) \(constraints)")
        submitted.append(
            plane.submit(
                name, type, cpu: cpu, gpu: gpu, count: count, priority: priority, constraints: constraints,
                timeouts: timeouts, nodeLoss: loss))
    }

    private mutating func report() {
        let running = plane.state.jobOfExecution.keys.filter { id in
            plane.executions[id].map { $0.desiredState.type != .pending } ?? false
        }
        guard !running.isEmpty, let execution = plane.executions[pick(running.sorted())] else { return }
        let content: ExecutionReport.Content =
            switch below(20) {
            case ..<5: .accepted
            case ..<14: ControlPlaneFixture.done
            case 14: ControlPlaneFixture.failure(.workload)
            case 15: ControlPlaneFixture.failure(.node)
            case 16: ControlPlaneFixture.failure(.infrastructure)
            case 17: .refused(reason: "no", isRetryable: false)
            case 18: .refused(reason: "later", isRetryable: true)
            default: .cancelled(output: nil)
            }
        log.append("report \(execution.jobID) on \(execution.nodeID): \(content)")
        plane.report(execution, content)
    }

    /// A node's description: its GPUs are always the same ones, the rest changes.
    private mutating func info(_ name: String) -> NodeInfo {
        let number = RandomWorld.nodeNames.firstIndex(of: name) ?? 0
        let gpus = (0..<UInt64([0, 0, 1, 2, 4][number % 5])).map { index in
            GPU(index: index, name: "gpu", vendor: "NVIDIA", memoryMiB: 1, pciAddress: "")
        }
        let cpu = Int64(pick([1000, 2000, 4000, 8000]))
        let labels = pick([[:], ["zone": "a"], ["zone": "b"]])
        log.append("  \(name): cpu \(cpu), gpus \(gpus.count), labels \(labels)")
        return ControlPlaneFixture.info(name, cpuMillicores: cpu, gpus: gpus, labels: labels)
    }

    private mutating func connect() {
        let name = pick(RandomWorld.nodeNames)
        let held = plane.node(name)?.executions.keys.sorted() ?? []
        let known = held.filter { _ in chance(80) }
        log.append("connect \(name) with \(known.count) of \(held.count)")
        let same = plane.node(name)?.state.info
        let info = chance(50) ? same ?? info(name) : info(name)
        plane.apply(.nodeConnected(info, known: known))
    }

    private mutating func disconnect() {
        let name = pick(RandomWorld.nodeNames)
        log.append("disconnect \(name)")
        plane.disconnect(name)
    }

    private mutating func update() {
        let name = pick(RandomWorld.nodeNames)
        log.append("update \(name)")
        plane.apply(.nodeUpdated(info(name)))
    }

    private mutating func remove() {
        let name = pick(RandomWorld.nodeNames)
        log.append("remove \(name)")
        plane.apply(.removeNode(NodeID(rawValue: name)))
    }

    private mutating func setMembership() {
        let name = pick(RandomWorld.nodeNames)
        let membership = pick([NodeState.Membership.approved, .rejected])
        log.append("set \(name) \(membership)")
        plane.apply(.setMembership(NodeID(rawValue: name), membership))
    }

    private mutating func stop() {
        guard !submitted.isEmpty else { return }
        let id = pick(submitted)
        log.append("stop \(id)")
        plane.stop(id)
    }

    private mutating func advance() {
        let seconds = pick([1, 1, 5, 30, 60, 200])
        let names = RandomWorld.nodeNames.filter { _ in chance(85) }
        log.append("advance \(seconds) s hearing \(names)")
        plane.advance(.seconds(seconds), hearing: names)
    }
}
