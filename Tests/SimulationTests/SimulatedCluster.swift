import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// A whole cluster in one thread on virtual time: an orchestrator, nodes, clients and a bad network between them.
///
/// Everything that happens follows from the seed.
final class SimulatedCluster {
    enum Happening {
        case arriveAtOrchestrator(SimulatedOrchestrator.Item)
        case handleBatch
        case wake(Int64)
        case arriveAtNode(NodeID, life: Int?, NodeMail)
        case workloadEnds(NodeID, ExecutionID)
        case nodeTimer(NodeID, life: Int, NodeTimer)
        case client(Int)
        case fault
        case startOrchestrator
        case startNode(NodeID)
        /// From now on the node is what its operator wants it to be.
        case peace(NodeID)
    }

    /// What a node gets from the orchestrator.
    enum NodeMail {
        case message(NodeMessage)
        case connected
        case refused(SimulatedOrchestrator.Question)
        case acknowledged(ExecutionID)
    }

    enum NodeTimer {
        case connect
        case beat
        case deliver(ExecutionID)
        /// The execution was checked and stored: it is taken.
        case taken(ExecutionID)
        case ended(ExecutionID, ExecutionReport.Content)
    }

    var time = VirtualTime<Happening>()
    var chance: Chance
    /// How far the wall clock is off.
    var wallOffset: Int64 = 0
    var isFaulty = true
    let plan: FaultPlan
    let orchestrator: SimulatedOrchestrator
    let nodes: [SimulatedNode]
    var clients: [SimulatedClient] = []
    var violations: [String] = []
    private var isBatchScheduled = false
    private var wakeTime: Int64?

    init(seed: UInt64, store: any SimulatedStore) throws {
        var chance = Chance(seed: seed)
        plan = FaultPlan(&chance)
        var settings = ControlSettings()
        settings.resendPause = .seconds(3)
        orchestrator = SimulatedOrchestrator(store: store, settings: settings)
        nodes = (1...chance.number(1...4)).map { number in
            SimulatedNode(
                "n-\(number)", cpuMillicores: Int64(chance.number(2...6)) * 1000,
                labels: ["zone": chance.pick(["a", "b"])])
        }
        self.chance = chance
        try orchestrator.start(at: moment, entropy: self.chance.entropy())
    }

    var moment: Moment {
        Moment(wall: Timestamp(nanoseconds: 1_700_000_000_000_000_000 + time.now + wallOffset), uptime: time.now)
    }

    func node(_ id: NodeID) -> SimulatedNode? { nodes.first { $0.id == id } }

    /// Lets everything happen until `end`.
    func run(until end: Int64) throws {
        while let happening = time.next(until: end) { try carryOut(happening) }
    }

    private func carryOut(_ happening: Happening) throws {
        switch happening {
        case .arriveAtOrchestrator(let item):
            guard orchestrator.isUp else { return }
            orchestrator.inbox.append(item)
            scheduleBatch()
        case .handleBatch:
            isBatchScheduled = false
            try handleBatch()
        case .wake(let due):
            guard wakeTime == due else { return }
            wakeTime = nil
            try handleBatch()
        case .arriveAtNode(let id, let life, let mail): arrive(mail, at: id, life: life)
        case .workloadEnds(let id, let execution): workloadEnds(execution, on: id)
        case .nodeTimer(let id, let life, let timer): ring(timer, at: id, life: life)
        case .client(let index): try act(index)
        case .fault: try strike()
        case .startOrchestrator:
            try orchestrator.start(at: moment, entropy: chance.entropy())
            armWake()
        case .startNode(let id): startNode(id)
        case .peace(let id):
            operate(.setMembership(id, .approved))
            guard let node = node(id) else { return }
            node.info.compute?.executionEngines = ["noop"]
            if node.isUp, node.isConnected { ask(.nodeUpdated(node.info), .beat, node) }
        }
    }

    // MARK: Orchestrator

    private func scheduleBatch() {
        guard !isBatchScheduled else { return }
        isBatchScheduled = true
        time.schedule(.handleBatch, in: .milliseconds(chance.number(1...5)))
    }

    private func handleBatch() throws {
        guard orchestrator.isUp else { return }
        let crash: SimulatedOrchestrator.CrashPoint? =
            isFaulty && chance.happens(plan.crashesPerMille)
            ? chance.pick(SimulatedOrchestrator.CrashPoint.allCases) : nil
        let isDiskFull = isFaulty && chance.happens(plan.fullDisksPerMille)
        let result = try orchestrator.handleBatch(
            at: moment, crash: crash, isDiskFull: isDiskFull, chance: &chance)
        if result.hasCrashed {
            time.schedule(.startOrchestrator, in: .milliseconds(chance.number(100...20_000)))
            return
        }
        for (caller, outcome) in result.answers { answer(caller, outcome) }
        for (node, message) in result.messages { deliver(.arriveAtNode(node, life: nil, .message(message))) }
        armWake()
    }

    private func armWake() {
        guard let due = orchestrator.nextDeadline, wakeTime.map({ due < $0 }) ?? true else { return }
        wakeTime = due
        time.schedule(.wake(due), in: max(0, due - time.now))
    }

    private func answer(_ caller: SimulatedOrchestrator.Caller, _ outcome: CommandOutcome) {
        switch caller {
        case .nobody: break
        case .client(let index):
            if !isFaulty || !chance.happens(plan.lossesPerMille) { clients[index].take(outcome) }
        case .node(let id, let life, let question):
            let mail: NodeMail
            switch (question, outcome) {
            case (_, .refused(let error)):
                // A busy or failing orchestrator is asked again; only one that gave the node up ends the connection.
                guard error.code == .notFound || error.code == .conflict else { return }
                mail = .refused(question)
            case (.connect, _): mail = .connected
            case (.report(let execution, isFinal: true), _): mail = .acknowledged(execution)
            default: return
            }
            deliver(.arriveAtNode(id, life: life, mail))
        }
    }

    /// Sends something over the network, which may lose it, double it, hold it up and let others pass it.
    func deliver(_ happening: Happening) {
        guard isFaulty else {
            time.schedule(happening, in: .milliseconds(1))
            return
        }
        if chance.happens(plan.lossesPerMille) { return }
        for _ in 0..<(chance.happens(plan.doublesPerMille) ? 2 : 1) {
            let slow = chance.happens(plan.delaysPerMille) ? chance.number(100...30_000) : chance.number(1...20)
            time.schedule(happening, in: .milliseconds(slow))
        }
    }

    /// Has somebody with the rights to do so give a command.
    func operate(_ command: Command) {
        deliver(.arriveAtOrchestrator(SimulatedOrchestrator.Item(command: command, caller: .nobody)))
    }

    // MARK: Faults

    private func strike() throws {
        guard isFaulty else { return }
        switch chance.number(below: 6) {
        case 0:
            orchestrator.crash()
            time.schedule(.startOrchestrator, in: .milliseconds(chance.number(100...60_000)))
        case 1, 2:
            let node = chance.pick(nodes)
            if node.isUp {
                crash(node)
                let longest = chance.happens(300) ? 400_000 : 20_000
                time.schedule(.startNode(node.id), in: .milliseconds(chance.number(100...longest)))
            }
        case 3: changeDescription(of: chance.pick(nodes))
        case 4:
            let membership = chance.pick([NodeState.Membership.approved, .rejected])
            operate(.setMembership(chance.pick(nodes).id, membership))
            if chance.happens(200) { operate(.removeNode(chance.pick(nodes).id)) }
        default:
            wallOffset += .seconds(chance.number(-7200...7200))
        }
        time.schedule(.fault, in: .milliseconds(chance.number(1000...plan.faultPauseMax)))
    }
}

/// How bad the world of one seed is.
struct FaultPlan {
    let lossesPerMille: Int
    let doublesPerMille: Int
    let delaysPerMille: Int
    let crashesPerMille: Int
    let fullDisksPerMille: Int
    let faultPauseMax: Int

    init(_ chance: inout Chance) {
        lossesPerMille = chance.pick([0, 20, 200])
        doublesPerMille = chance.pick([0, 20, 200])
        delaysPerMille = chance.pick([0, 50, 300])
        crashesPerMille = chance.pick([0, 5, 30])
        fullDisksPerMille = chance.pick([0, 10, 50])
        faultPauseMax = chance.pick([20_000, 60_000, 300_000])
    }
}
