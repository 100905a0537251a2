import BacalhauModel
import Testing

@testable import BacalhauCore

/// What executions hold, and which GPUs they get.
struct CapacityLedgerTests {
    private static let gpus = (0..<3).map {
        GPU(index: $0, name: "Tesla T4", vendor: "NVIDIA", memoryMiB: 15360, pciAddress: "00000000:0\($0):00.0")
    }
    private var ledger = CapacityLedger(
        total: Resources(cpuMillicores: 4000, memoryBytes: 1000, diskBytes: 1000, gpuCount: 3, gpus: Self.gpus))

    private func execution(_ name: String, _ demand: Resources?) -> Execution {
        var execution = Execution(
            id: ExecutionID(rawValue: name), namespace: "default", evaluationID: EvaluationID(rawValue: "v"),
            nodeID: NodeID(rawValue: "n"), jobID: JobID(rawValue: "j"), createTime: .zero)
        if let demand { execution.allocatedResources["main"] = demand }
        return execution
    }

    /// The indexes of the GPUs that an execution gets.
    private mutating func reserve(_ name: String, _ demand: Resources?) throws(CapacityShortage) -> [UInt64] {
        let assigned = try ledger.reserve(
            execution(name, demand), task: "main", defaults: Resources(cpuMillicores: 100))
        return assigned.allocatedResources["main"]?.gpus.map(\.index) ?? []
    }

    @Test mutating func aCountGetsFreeGPUs() throws {
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(try reserve("b", Resources(gpuCount: 2)) == [1, 2])
        #expect(ledger.available.gpus == [])
        #expect(throws: CapacityShortage(parts: ["GPU: 1 asked, 0 there"])) {
            try reserve("c", Resources(gpuCount: 1))
        }
    }

    @Test mutating func namedGPUsAreTakenAsNamed() throws {
        let named = GPU(index: 1, name: "", vendor: "NVIDIA", memoryMiB: 0, pciAddress: "")
        let assigned = try ledger.reserve(
            execution("a", Resources(gpus: [named])), task: "main", defaults: .zero)
        #expect(assigned.allocatedResources["main"] == Resources(gpuCount: 1, gpus: [Self.gpus[1]]))
        #expect(try reserve("b", Resources(gpuCount: 2)) == [0, 2])
    }

    @Test mutating func aTakenGPUIsRefused() throws {
        _ = try reserve("a", Resources(gpuCount: 1, gpus: [Self.gpus[0]]))
        #expect(throws: CapacityShortage(parts: ["GPU 0 of NVIDIA is taken"])) {
            try reserve("b", Resources(gpuCount: 1, gpus: [Self.gpus[0]]))
        }
        #expect(ledger.used.gpuCount == 1)
    }

    @Test mutating func aGPUThatIsNotThereIsRefused() {
        let foreign = GPU(index: 0, name: "", vendor: "Intel", memoryMiB: 0, pciAddress: "")
        #expect(throws: CapacityShortage(parts: ["there is no GPU 0 of Intel"])) {
            try reserve("a", Resources(gpuCount: 1, gpus: [foreign]))
        }
    }

    @Test mutating func releasedGPUsAreFreeAgain() throws {
        _ = try reserve("a", Resources(gpuCount: 3))
        ledger.release(ExecutionID(rawValue: "a"))
        #expect(ledger.available == ledger.total)
        #expect(try reserve("b", Resources(gpuCount: 1)) == [0])
    }

    @Test mutating func repeatingAReservationKeepsTheGPUs() throws {
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(ledger.used.gpuCount == 1)
    }

    @Test mutating func aRestartKeepsTheGPUsOfStoredExecutions() throws {
        ledger.restore(
            execution("a", Resources(gpuCount: 1, gpus: [Self.gpus[0]])), task: "main", defaults: .zero)
        #expect(try reserve("b", Resources(gpuCount: 1)) == [1])
        #expect(ledger.available.gpus == [Self.gpus[2]])
    }

    @Test mutating func whatRunsIsHeldEvenWhenItNoLongerFits() throws {
        ledger.restore(execution("a", Resources(cpuMillicores: 9000)), task: "main", defaults: .zero)
        #expect(throws: CapacityShortage(parts: ["CPU: 100m asked, 0m there"])) { try reserve("b", nil) }
        ledger.release(ExecutionID(rawValue: "a"))
        #expect(try reserve("b", nil) == [])
    }

    @Test mutating func executionsShareGPUsWhereMoreAreOfferedThanThereAre() throws {
        ledger = CapacityLedger(total: Resources(gpuCount: 2, gpus: [Self.gpus[0]]))
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(try reserve("b", Resources(gpuCount: 1)) == [])
        #expect(ledger.used.gpuCount == 2)
    }

    @Test mutating func anExecutionWithoutGPUsKeepsItsAllocationAsItIs() throws {
        let plain = execution("a", nil)
        #expect(try ledger.reserve(plain, task: "main", defaults: Resources(cpuMillicores: 100)) == plain)
        #expect(ledger.used.cpuMillicores == 100)
    }
}
