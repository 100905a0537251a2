import BacalhauModel
import Testing

@testable import BacalhauCore

/// Limits against what the machine has.
struct ComputeSettingsTests {
    private let physical = Resources(
        cpuMillicores: 4000, memoryBytes: 1000, diskBytes: 2000, gpuCount: 1,
        gpus: [GPU(index: 0, name: "T4", vendor: "NVIDIA", memoryMiB: 1, pciAddress: "")])
    private let offered = Resources(
        cpuMillicores: 4000, memoryBytes: 800, diskBytes: 1600, gpuCount: 1,
        gpus: [GPU(index: 0, name: "T4", vendor: "NVIDIA", memoryMiB: 1, pciAddress: "")])

    private func resolved(_ change: (inout ComputeSettings) -> Void) throws(BacalhauError) -> ComputeSettings {
        var settings = ComputeSettings()
        change(&settings)
        return try settings.resolved(physical: physical, offered: offered)
    }

    @Test func withoutLimitsTheOfferIsTheCapacity() throws {
        #expect(try resolved { _ in }.capacity == offered)
    }

    @Test func aLimitReplacesOneKindOnly() throws {
        let settings = try resolved { $0.totalLimits = ResourceLimits(memoryBytes: 1000, gpuCount: 0) }
        #expect(
            settings.capacity == Resources(cpuMillicores: 4000, memoryBytes: 1000, diskBytes: 1600, gpuCount: 0))
    }

    @Test func aLimitAboveTheMachineIsAnError() {
        let expected = BacalhauError(
            .configuration,
            "limits above what this machine has: CPU: 5000m asked, 4000m there; GPU: 2 asked, 1 there",
            hint: "Lower the total limits, or allow it with --ignore-physical-resource-limits.", component: "Compute")
        #expect(throws: expected) {
            try resolved { $0.totalLimits = ResourceLimits(cpuMillicores: 5000, gpuCount: 2) }
        }
    }

    @Test func physicalLimitsCanBeIgnored() throws {
        let settings = try resolved {
            $0.totalLimits = ResourceLimits(cpuMillicores: 5000)
            $0.ignoresPhysicalLimits = true
        }
        #expect(settings.capacity?.cpuMillicores == 5000)
    }

    @Test func aJobMayNotBeAllowedMoreThanAllJobs() {
        let expected = BacalhauError(
            .configuration,
            "limits for one job above those for all together: CPU: 2000m asked, 1000m there",
            hint: "Lower the limits for one job, or raise the total limits.", component: "Compute")
        #expect(throws: expected) {
            try resolved {
                $0.totalLimits = ResourceLimits(cpuMillicores: 1000)
                $0.jobLimits = ResourceLimits(cpuMillicores: 2000)
            }
        }
    }

    @Test func theDefaultTimeoutStaysBelowTheMaximum() throws {
        let settings = try resolved { $0.selection.maximumExecutionTimeout = .seconds(60) }
        #expect(settings.runTimeout == .seconds(60))
    }
}
