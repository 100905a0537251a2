import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// The control loop of the simulated cluster: batches, one commit for each, and crashes and full disks at every point.
final class SimulatedOrchestrator {
    /// Where in the handling of a batch the process dies.
    enum CrashPoint: CaseIterable {
        case beforeCommit
        case afterCommit
    }

    /// A command with the one who waits for the answer.
    struct Item {
        let command: Command
        let caller: Caller
    }

    enum Caller {
        case client(Int)
        case node(NodeID, life: Int, Question)
        case nobody
    }

    /// What a node asked.
    enum Question {
        case connect
        case beat
        case report(ExecutionID, isFinal: Bool)
    }

    /// What came of a batch.
    struct Result {
        var answers: [(caller: Caller, outcome: CommandOutcome)] = []
        var messages: [(node: NodeID, message: NodeMessage)] = []
        var hasCrashed = false
    }

    private(set) var state: ControlState
    private(set) var isUp = false
    var inbox: [Item] = []
    let store: any SimulatedStore
    private(set) var violations: [String] = []
    /// Executions that were sent to their nodes once.
    private var started: Set<ExecutionID> = []
    private let settings: ControlSettings

    init(store: any SimulatedStore, settings: ControlSettings) {
        self.store = store
        self.settings = settings
        state = ControlState(settings: settings)
    }

    var nextDeadline: Int64? { isUp ? state.nextDeadline : nil }

    func start(at moment: Moment, entropy: UInt64) throws {
        var fresh = ControlState(settings: settings)
        let stored = try store.load()
        fresh.restore(stored.jobs, nodes: stored.nodes, nextOrder: stored.nextOrder, at: moment)
        var changes = ChangeSet()
        fresh.settle(entropy: entropy, changes: &changes)
        try store.commit(changes)
        state = consume fresh
        isUp = true
        checkOrder(changes.messages[...])
    }

    func crash() {
        isUp = false
        state = ControlState(settings: settings)
        inbox = []
    }

    /// Handles all that came in.
    func handleBatch(at moment: Moment, crash: CrashPoint?, isDiskFull: Bool, chance: inout Chance) throws -> Result {
        guard isUp else { return Result() }
        let batch = inbox
        inbox = []
        var result = Result()
        var changes = ChangeSet()
        for item in batch {
            let outcome = try apply(item.command, at: moment, entropy: chance.entropy(), &changes)
            result.answers.append((item.caller, outcome))
        }
        if batch.isEmpty { _ = try apply(.tick, at: moment, entropy: chance.entropy(), &changes) }
        if crash == .beforeCommit {
            self.crash()
            return Result(hasCrashed: true)
        }
        if isDiskFull, changes.hasRows {
            try reload(at: moment, entropy: chance.entropy())
            let failure = BacalhauError(.datastore, "the disk is full", isRetryable: true)
            return Result(answers: result.answers.map { ($0.caller, .refused(failure)) })
        }
        if changes.hasRows { try store.commit(changes) }
        if crash == .afterCommit {
            self.crash()
            return Result(hasCrashed: true)
        }
        result.messages = changes.messages
        return result
    }

    /// Goes back to what is stored; connected nodes stay so.
    private func reload(at moment: Moment, entropy: UInt64) throws {
        let former = state.nodes.all
        var fresh = ControlState(settings: settings)
        let stored = try store.load()
        fresh.restore(stored.jobs, nodes: stored.nodes, nextOrder: stored.nextOrder, at: moment)
        fresh.resume(former)
        var changes = ChangeSet()
        fresh.settle(entropy: entropy, changes: &changes)
        try store.commit(changes)
        state = consume fresh
        checkOrder(changes.messages[...])
    }

    private func apply(_ command: Command, at moment: Moment, entropy: UInt64, _ changes: inout ChangeSet) throws
        -> CommandOutcome
    {
        if let token = command.token {
            if let earlier = changes.tokens.first(where: { $0.token == token }) {
                return .submitted(earlier.job, earlier.evaluation)
            }
            if let (job, evaluation) = try store.submission(token: token) { return .submitted(job, evaluation) }
        }
        var command = command
        if let id = command.storedJobID, state.jobs[id] == nil {
            // As the control loop does: what the caller saw may be outdated.
            guard changes.jobs[id] == nil, let stored = try store.job(id),
                !changes.executions.values.contains(where: { $0.execution.jobID == id })
            else { return .refused(BacalhauError(.conflict, "not over yet", isRetryable: true)) }
            command = command.with(stored)
        }
        let before = changes.messages.count
        let outcome = state.apply(command, at: moment, entropy: entropy, changes: &changes)
        checkOrder(changes.messages[before...])
        checkCapacity()
        checkQueue()
        return outcome
    }

    /// Whoever was started now, nobody with equal needs may wait ahead of them.
    private func checkOrder(_ messages: ArraySlice<(node: NodeID, message: NodeMessage)>) {
        for (_, message) in messages {
            guard case .run(let execution, _) = message, started.insert(execution.id).inserted,
                let live = state.jobs[execution.jobID], !live.isPerNode
            else { continue }
            let key = WaitingQueue.GroupKey(requirement: live.requirement, demand: live.demand, loner: nil)
            if let group = state.waiting.group(key), let head = state.waiting.head(of: group), head.key < live.key {
                violations.append("\(live.id) was started although \(head.id) waits ahead of it")
            }
        }
    }

    /// Between two commands nobody waits who fits somewhere.
    private func checkQueue() {
        for group in state.waiting.groupIndices {
            guard let head = state.waiting.head(of: group) else { continue }
            let isStranded = state.waiting[group]?.isStranded == true
            if isStranded == state.canRunSomewhere(head) {
                violations.append("\(head.id) is wrongly thought impossible")
            }
            let placement = Placement(head, nodes: state.nodes)
            let fits = state.requirements[head.requirement].tiers.joined().contains { placement.fits($0) }
            if fits { violations.append("\(head.id) waits although it fits") }
        }
        for (place, node) in state.nodes.places {
            guard let bound = node.bound.first, node.reservation == nil, node.isUsable else { continue }
            if state.nodes.rooms[place].covers(bound.demand) { violations.append("\(bound.job) waits on a free node") }
        }
    }

    /// Wishes that nobody reacted to for a long time although the node is there.
    func forgottenWishes(at wall: Timestamp) -> [String] {
        state.jobs.values.flatMap { live in
            live.active.values.compactMap { execution in
                let isOpen =
                    execution.desiredState.type == .stopped
                    || execution.computeState.type == .new && execution.desiredState.type == .running
                let age = wall.duration(since: execution.modifyTime)
                guard isOpen, age > .seconds(60),
                    state.nodes[execution.nodeID]?.state.connection == .connected
                else { return nil }
                return "\(execution.nodeID) does not react to the wish about \(execution.id) of \(live.id), which is "
                    + "\(execution.computeState.type.name) and should be \(execution.desiredState.type.name)"
            }
        }
        .sorted()
    }

    private func checkCapacity() {
        for node in state.nodes.all where !node.capacity.covers(node.reserved) {
            violations.append("more is reserved on \(node.id) than it has")
        }
    }
}
