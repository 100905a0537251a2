import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// What a node says of itself.
struct NodeDescriptionTests {
    private let folder = ScratchFolder()

    /// A publisher that answers, refuses to answer in time, or is not there.
    private struct FakePublisher: ResultPublisher {
        let publisherType: String
        let answer: @Sendable () async -> Availability

        func availability() async -> Availability { await answer() }
        func check(_ publisher: Publisher) async throws(PublisherError) {}
        func publish(
            _ directory: String, of execution: ExecutionID, job: JobID, to publisher: Publisher
        ) async throws(PublisherError) -> SpecConfig { .empty }
        func remove(_ execution: ExecutionID) async {}
    }

    private func parts(
        _ publishers: [any ResultPublisher] = [], _ change: (inout ComputeSettings) -> Void = { _ in }
    ) throws -> ComputeNode.Parts {
        var settings = ComputeSettings()
        change(&settings)
        return ComputeNode.Parts(
            id: NodeID(rawValue: "n-1"), settings: settings, clock: SystemWallClock(),
            executors: ["noop": NoopExecutor()], storages: ["inline": InlineStorage()],
            publishers: Dictionary(uniqueKeysWithValues: publishers.map { ($0.publisherType, $0) }),
            store: try ComputeStore(path: folder.at("compute.db")), logs: try LogStore(directory: folder.at("logs")),
            directories: ExecutionDirectories(root: folder.at("executions")),
            selection: JobSelection(policy: settings.selection, nodeID: NodeID(rawValue: "n-1"), searchPath: ""))
    }

    @Test func onlyWhatCanBeUsedIsNamed() async throws {
        let parts = try parts([
            FakePublisher(publisherType: "good") { .available },
            FakePublisher(publisherType: "bad") { .unavailable(reason: "gone", hint: "") },
        ])
        defer { parts.store.close() }
        let info = await NodeDescription(parts: parts).describe(.zero)
        #expect(info.compute?.executionEngines == ["noop"])
        #expect(info.compute?.storageSources == ["inline"])
        #expect(info.compute?.publishers == ["good"])
    }

    @Test func whoDoesNotAnswerInTimeIsLeftOut() async throws {
        let parts = try parts([
            FakePublisher(publisherType: "slow") {
                try? await Task.sleep(for: .seconds(1000))
                return .available
            }
        ])
        defer { parts.store.close() }
        let description = NodeDescription(parts: parts, deadline: .milliseconds(10))
        let info = await description.describe(.zero)
        #expect(info.compute?.publishers == [])
    }

    @Test func oneJobMayTakeWhatItsLimitSays() async throws {
        let parts = try parts { $0.jobLimits = ResourceLimits(cpuMillicores: 1500) }
        defer { parts.store.close() }
        let gpu = GPU(index: 0, name: "Tesla T4", vendor: "NVIDIA", memoryMiB: 15360, pciAddress: "")
        let total = Resources(cpuMillicores: 4000, memoryBytes: 100, gpuCount: 1, gpus: [gpu])
        let compute = await NodeDescription(parts: parts).describe(total).compute
        #expect(compute?.maxCapacity == total)
        #expect(
            compute?.maxJobRequirements
                == Resources(cpuMillicores: 1500, memoryBytes: 100, gpuCount: 1, gpus: [gpu]))
    }

    @Test func theNodeKnowsItsOwnLabelsBetter() {
        let gpu = GPU(index: 0, name: "Tesla T4", vendor: "NVIDIA", memoryMiB: 15360, pciAddress: "")
        let labels = NodeDescription.labels(
            ["zone": "lab", "Operating-System": "plan9", "Architecture": "vax", "GPU-0": "none"], gpus: [gpu])
        #expect(
            labels == [
                "zone": "lab", "Operating-System": "linux", "Architecture": BuildVersion.machineArchitecture,
                "GPU-0": "Tesla-T4", "GPU-0-Memory": "15360-MiB",
            ])
    }
}
