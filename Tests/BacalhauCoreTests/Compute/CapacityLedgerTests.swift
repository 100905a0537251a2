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

    private static let a = ExecutionID(rawValue: "a")

    /// The indexes of the GPUs that an execution gets.
    private mutating func reserve(_ name: String, _ demand: Resources) throws(CapacityShortage) -> [UInt64] {
        try ledger.reserve(demand, for: ExecutionID(rawValue: name)).gpus.map(\.index)
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
        #expect(
            try ledger.reserve(Resources(gpus: [named]), for: Self.a) == Resources(gpuCount: 1, gpus: [Self.gpus[1]]))
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
        ledger.release(Self.a)
        #expect(ledger.available == ledger.total)
        #expect(try reserve("b", Resources(gpuCount: 1)) == [0])
    }

    @Test mutating func repeatingAReservationKeepsTheGPUs() throws {
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(ledger.used.gpuCount == 1)
    }

    @Test mutating func aRestartKeepsTheGPUsOfStoredExecutions() throws {
        ledger.restore(Resources(gpuCount: 1, gpus: [Self.gpus[0]]), for: Self.a)
        #expect(try reserve("b", Resources(gpuCount: 1)) == [1])
        #expect(ledger.available.gpus == [Self.gpus[2]])
    }

    @Test mutating func whatRunsIsHeldEvenWhenItNoLongerFits() throws {
        ledger.restore(Resources(cpuMillicores: 9000), for: Self.a)
        #expect(throws: CapacityShortage(parts: ["CPU: 100m asked, 0m there"])) {
            try reserve("b", Resources(cpuMillicores: 100))
        }
        ledger.release(Self.a)
        #expect(try reserve("b", Resources(cpuMillicores: 100)) == [])
    }

    @Test mutating func executionsShareGPUsWhereMoreAreOfferedThanThereAre() throws {
        ledger = CapacityLedger(total: Resources(gpuCount: 2, gpus: [Self.gpus[0]]))
        #expect(try reserve("a", Resources(gpuCount: 1)) == [0])
        #expect(try reserve("b", Resources(gpuCount: 1)) == [])
        #expect(ledger.used.gpuCount == 2)
    }

    @Test mutating func inputsRaiseTheDiskSpaceOfAnExecution() throws {
        _ = try reserve("a", Resources(diskBytes: 100))
        try ledger.claimDisk(50, for: Self.a)
        #expect(ledger.used.diskBytes == 100)
        try ledger.claimDisk(1000, for: Self.a)
        #expect(ledger.used.diskBytes == 1000)
        ledger.release(Self.a)
        #expect(ledger.used.diskBytes == 0)
    }

    @Test mutating func inputsThatDoNotFitLeaveTheShareAsItWas() throws {
        _ = try reserve("a", Resources(diskBytes: 100))
        _ = try reserve("b", Resources(diskBytes: 500))
        #expect(throws: CapacityShortage(parts: ["disk: 401 bytes asked, 400 there"])) {
            try ledger.claimDisk(501, for: Self.a)
        }
        #expect(ledger.used.diskBytes == 600)
    }
}
