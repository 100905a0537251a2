import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// What is known of nodes, on both sides.
@Suite struct NodePartsTests {
    private func state(_ name: String, labels: [String: String] = [:], gpuCount: UInt64 = 0) -> NodeState {
        let gpus = (0..<gpuCount).map {
            GPU(index: $0, name: "gpu", vendor: "NVIDIA", memoryMiB: 1, pciAddress: "")
        }
        return NodeState(
            info: ControlPlaneFixture.info(name, gpus: gpus, labels: labels), membership: .approved,
            connection: .connected)
    }

    private func demand(_ cpu: Int64, gpus: Int64 = 0) -> Room { Room(cpu: cpu, memory: 0, disk: 0, gpus: gpus) }

    // MARK: The table of nodes

    @Test func aNodeKeepsItsPlaceAndAFreePlaceIsUsedAgain() {
        var table = NodeTable()
        let places = ["n-1", "n-2", "n-3"].map { table.insert(NodeRecord(state: state($0))) }
        #expect(places == [0, 1, 2])
        table.remove(NodeID(rawValue: "n-2"))
        #expect(table.rooms[1] == .none)
        #expect(table.place(of: NodeID(rawValue: "n-3")) == 2)
        #expect(table.insert(NodeRecord(state: state("n-4"))) == 1)
        #expect(table.ids.map(\.rawValue) == ["n-1", "n-4", "n-3"])
        #expect(table.count == 3)
    }

    @Test func theFiguresBesideTheRecordsFollowEveryChange() {
        var table = NodeTable()
        let place = table.insert(NodeRecord(state: state("n-1")))
        #expect(table.usableCount == 1)
        _ = table.update(place) { $0.assign(ExecutionID(rawValue: "e"), demand(400)) }
        #expect(table.rooms[place].cpu == 600)
        _ = table.update(place) { $0.state.connection = .disconnected }
        #expect(table.rooms[place] == .none)
        #expect(table.usableCount == 0)
        #expect(table.eligibleCount == 1)
        _ = table.update(place) { $0.isLost = true }
        #expect(table.eligibleCount == 0)
        #expect(table.update(7) { _ in } == nil)
    }

    @Test func gpusAreGivenByNumberAndComeBack() {
        var record = NodeRecord(state: state("n-1", gpuCount: 4))
        let first = record.assign(ExecutionID(rawValue: "e-1"), demand(0, gpus: 2))
        let second = record.assign(ExecutionID(rawValue: "e-2"), demand(0, gpus: 1))
        #expect(first.map(\.index) == [0, 1])
        #expect(second.map(\.index) == [2])
        record.release(ExecutionID(rawValue: "e-1"), gpus: first)
        record.release(ExecutionID(rawValue: "e-1"), gpus: first)
        #expect(record.busyGPUs.map(\.index) == [2])
        #expect(record.room.gpus == 3)
        #expect(record.assign(ExecutionID(rawValue: "e-3"), demand(0, gpus: 3)).map(\.index) == [0, 1, 3])
    }

    // MARK: Requirements

    private func job(_ zone: String, wish: String? = nil) -> Job {
        var constraints = [Constraint(key: "zone", operator: "=", values: [zone])]
        if let wish { constraints.append(Constraint(key: "favour_disk", operator: "=", values: [wish])) }
        return Job(constraints: constraints, tasks: [Job.Task(engine: Engine(type: "noop"))])
    }

    @Test func aRequirementKnowsItsNodesAndFollowsThem() {
        var nodes = NodeTable()
        var table = RequirementTable()
        let eu = nodes.insert(NodeRecord(state: state("n-1", labels: ["zone": "eu"])))
        let us = nodes.insert(NodeRecord(state: state("n-2", labels: ["zone": "us"])))
        let index = table.use(Requirement(job("eu")), nodes: nodes)
        #expect(table[index].tiers == [[eu]])
        #expect(table.isMet(index, by: eu))
        #expect(!table.isMet(index, by: us))
        #expect(!table.isMet(index, by: 99))
        table.update(state("n-2", labels: ["zone": "eu"]).info, at: us)
        #expect(Set(table[index].tiers[0]) == [eu, us])
        table.remove(eu)
        #expect(table[index].tiers == [[us]])
        #expect(table.use(Requirement(job("eu")), nodes: nodes) == index)
    }

    @Test func nodesThatLeaveWishesOpenStandInALaterTier() {
        var nodes = NodeTable()
        var table = RequirementTable()
        let slow = nodes.insert(NodeRecord(state: state("n-1", labels: ["zone": "eu"])))
        let fast = nodes.insert(NodeRecord(state: state("n-2", labels: ["zone": "eu", "disk": "ssd"])))
        let index = table.use(Requirement(job("eu", wish: "ssd")), nodes: nodes)
        #expect(table[index].tiers == [[fast], [slow]])
    }

    @Test func requirementsThatNobodyUsesAreKeptInBoundedNumber() {
        let nodes = NodeTable()
        var table = RequirementTable()
        let kept = table.use(Requirement(job("kept")), nodes: nodes)
        for round in 0..<2000 { table.release(table.use(Requirement(job("\(round)")), nodes: nodes)) }
        #expect(table.entries.count <= 300)
        #expect(table[kept].requirement == Requirement(job("kept")))
    }

    // MARK: The node's own view

    private func execution(_ name: String) -> Execution {
        Execution(
            id: ExecutionID(rawValue: name), namespace: "", evaluationID: EvaluationID(rawValue: ""),
            nodeID: NodeID(rawValue: "n-1"), jobID: JobID(rawValue: "j"), createTime: .zero)
    }

    /// What a machine does with a message, in a word.
    private func step(_ machine: inout NodeMachine, _ message: NodeMessage) -> String {
        switch machine.handle(message, demand: { _, _ in Resources(cpuMillicores: 600) }) {
        case .take: "take"
        case .end(_, .refused(_, isRetryable: true)): "refuse"
        case .end: "end"
        case .stop: "stop"
        case .denyStopped: "deny"
        case .confirm: "confirm"
        case nil: "nothing"
        }
    }

    @Test func wishesMayComeTwiceLateAndInAnyOrder() {
        var machine = NodeMachine(capacity: Resources(cpuMillicores: 1000))
        let (first, second) = (execution("e-1"), execution("e-2"))
        #expect(step(&machine, .run(first, Job())) == "take")
        #expect(step(&machine, .run(first, Job())) == "nothing")
        machine.confirm(first.id)
        #expect(step(&machine, .run(first, Job())) == "confirm")
        #expect(step(&machine, .run(second, Job())) == "refuse")
        #expect(step(&machine, .run(second, Job())) == "nothing")
        #expect(step(&machine, .stop(first.id, reason: "")) == "stop")
        #expect(machine.known == [first.id, second.id])
        machine.end(first.id)
        #expect(machine.ledger.used == .zero)
        #expect(step(&machine, .stop(first.id, reason: "")) == "nothing")
        machine.forget(first.id)
        #expect(step(&machine, .run(first, Job())) == "deny")
        #expect(step(&machine, .stop(ExecutionID(rawValue: "e-9"), reason: "")) == "deny")
        // The stop overtook the wish to run.
        #expect(step(&machine, .run(execution("e-9"), Job())) == "deny")
    }

    @Test func whatAnEarlierProcessLeftCountsLikeWhatThisOneTook() {
        var machine = NodeMachine(capacity: Resources(cpuMillicores: 1000))
        machine.restore(execution("e-1"), demand: Resources(cpuMillicores: 600), hasEnded: false)
        machine.restore(execution("e-2"), demand: Resources(cpuMillicores: 600), hasEnded: true)
        #expect(machine.known.map(\.rawValue) == ["e-1", "e-2"])
        #expect(machine.ledger.used.cpuMillicores == 600)
        #expect(step(&machine, .run(execution("e-1"), Job())) == "confirm")
        #expect(step(&machine, .run(execution("e-2"), Job())) == "nothing")
        #expect(step(&machine, .run(execution("e-3"), Job())) == "refuse")
    }
}
