import BacalhauModel
import BacalhauSupport
import Synchronization
import Testing

@testable import BacalhauCore

/// What a compute node answers to an orchestrator that sends it executions.
@Suite(.timeLimit(.minutes(1)))
struct ComputeNodeTests {
    private let folder = ScratchFolder()

    /// The orchestrator's side: what it sends, and what it hears.
    private final class FakeLink: OrchestratorLink {
        private let messages = AsyncStream<NodeMessage>.makeStream()
        private let reports = AsyncStream<ExecutionReport>.makeStream()

        func connect(_ info: NodeInfo, known: [ExecutionID], session: NodeSession) async throws(BacalhauError)
            -> AsyncStream<NodeMessage>
        {
            messages.stream
        }
        func report(_ report: ExecutionReport) async throws(BacalhauError) { reports.continuation.yield(report) }
        func beat(_ id: NodeID, known: [ExecutionID]) async throws(BacalhauError) {}
        func update(_ info: NodeInfo) async throws(BacalhauError) {}
        func disconnect(_ id: NodeID) async {}

        func send(_ execution: Execution, _ job: Job) { messages.continuation.yield(.run(execution, job)) }
        func end(_ id: ExecutionID) { messages.continuation.yield(.stop(id, reason: "enough")) }

        /// The next report, whichever execution it is about.
        func next() async throws -> ExecutionReport {
            for await report in reports.stream { return report }
            throw CancellationError()
        }
    }

    /// Runs nothing, and keeps which GPUs each execution got. Ends when it is stopped; survives the node.
    private final class RecordingExecutor: Executor {
        let engineType = "recording"
        private let stops = Mutex<[ExecutionID: AsyncSignal<Void>]>([:])
        private let starts = AsyncStream<[UInt64]>.makeStream()

        /// The GPUs of the next execution that starts.
        func nextGPUs() async throws -> [UInt64] {
            for await gpus in starts.stream { return gpus }
            throw CancellationError()
        }

        private func signal(_ id: ExecutionID) -> AsyncSignal<Void> {
            stops.withLock { stops in
                let signal = stops[id] ?? AsyncSignal()
                stops[id] = signal
                return signal
            }
        }

        func availability() async -> Availability { .available }
        func check(_ task: Job.Task) async throws(ExecutorError) {}
        func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {}
        func start(_ request: ExecutionRequest) async throws(ExecutorError) {
            request.log.append(.stdout, "begun")
            starts.continuation.yield(request.resources.gpus.map(\.index))
        }
        func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool {
            request.log.append(.stdout, ", taken over")
            starts.continuation.yield(request.resources.gpus.map(\.index))
            return true
        }
        func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport {
            if await signal(id).wait() == nil { throw .cancelled }
            return ExitReport(exitCode: 0)
        }
        func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async { signal(id).raise(()) }
        func cleanUp(_ id: ExecutionID) async {}
        func removeLeftovers(except known: Set<ExecutionID>) async {}
    }

    /// An input of a size that its provider knows.
    private struct SizedStorage: StorageProvider {
        let sourceTypes = ["sized"]

        func availability() async -> Availability { .available }
        func check(_ source: Source) async throws(StorageError) -> UInt64 {
            guard case .integer(let size)? = source.params["Size"] else { return 0 }
            return size < 0 ? .max : UInt64(size)
        }
        func prepare(
            _ input: InputSource, in directory: String, bytesMax: UInt64
        ) async throws(StorageError) -> PreparedInput {
            PreparedInput(source: input, hostPath: directory, target: input.target, isDirectory: true)
        }
        func cleanUp(_ input: PreparedInput) async {}
    }

    private let executor = RecordingExecutor()

    /// Runs a node while `body` plays its orchestrator.
    private func run(
        _ change: (inout ComputeSettings) -> Void = { _ in }, beforeItRuns look: (LogStore) throws -> Void = { _ in },
        _ body: @escaping @Sendable (FakeLink) async throws -> Void
    ) async throws {
        let gpus = (0..<2).map { GPU(index: $0, name: "T4", vendor: "NVIDIA", memoryMiB: 1, pciAddress: "") }
        var settings = ComputeSettings()
        settings.capacity = Resources(
            cpuMillicores: 4000, memoryBytes: 1 << 30, diskBytes: 1000, gpuCount: 2, gpus: gpus)
        change(&settings)
        let id = NodeID(rawValue: "n-1")
        let store = try ComputeStore(path: folder.at("compute.db"))
        defer { store.close() }
        let parts = ComputeNode.Parts(
            id: id, settings: settings, clock: SystemWallClock(), executors: ["recording": executor],
            storages: ["sized": SizedStorage()], publishers: [:], store: store,
            logs: try LogStore(directory: folder.at("logs")),
            directories: ExecutionDirectories(root: folder.at("executions")),
            selection: JobSelection(
                policy: settings.selection, nodeID: id, searchPath: ExternalCommand.defaultSearchPath))
        let link = FakeLink()
        let node = try ComputeNode(parts: parts, link: link)
        try look(parts.logs)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            try await body(link)
            group.cancelAll()
        }
    }

    private static func execution(_ name: String, _ demand: Resources = .zero) -> Execution {
        var execution = Execution(
            id: ExecutionID(rawValue: name), namespace: "default", evaluationID: EvaluationID(rawValue: "v"),
            nodeID: NodeID(rawValue: "n-1"), jobID: JobID(rawValue: "j-1"), createTime: .zero)
        execution.allocatedResources["main"] = demand
        return execution
    }

    private static func job(inputs sizes: [Int64] = []) -> Job {
        let inputs = sizes.map {
            InputSource(source: Source(type: "sized", params: ["Size": .integer($0)]), target: "/in")
        }
        return Job(
            id: JobID(rawValue: "j-1"), type: .service,
            tasks: [Job.Task(engine: Engine(type: "recording"), inputSources: inputs)])
    }

    /// What the node says to an execution.
    private func answer(
        _ execution: Execution, _ job: Job, _ change: (inout ComputeSettings) -> Void = { _ in }
    ) async throws -> ExecutionReport.Content {
        let answer = Mutex<ExecutionReport.Content?>(nil)
        try await run(change) { link in
            link.send(execution, job)
            let content = try await link.next().content
            answer.withLock { $0 = content }
        }
        return try #require(answer.withLock { $0 })
    }

    @Test func theReasonOfAPolicyReachesTheOrchestrator() async throws {
        let answer = try await answer(Self.execution("e-1"), Self.job()) {
            $0.selection.rejectsStatelessJobs = true
            $0.selection.probeCommand = "echo closed >&2; exit 1"
        }
        #expect(
            answer
                == .refused(
                    reason: "this node does not accept jobs without any input volumes; closed", isRetryable: false))
    }

    @Test func aLocalPolicyRefusesInputsFromElsewhere() async throws {
        let answer = try await answer(Self.execution("e-1"), Self.job(inputs: [1])) {
            $0.selection.inputLocality = .local
        }
        #expect(
            answer
                == .refused(
                    reason: "this node does not have all input data locally (1 input requires downloading)",
                    isRetryable: false))
    }

    @Test func aJobAboveTheLimitForOneJobIsRefusedForGood() async throws {
        let answer = try await answer(Self.execution("e-1", Resources(cpuMillicores: 2000)), Self.job()) {
            $0.jobLimits = ResourceLimits(cpuMillicores: 1500)
        }
        #expect(
            answer
                == .refused(
                    reason: "this node does not accept jobs that large (CPU: 2000m asked, 1500m there)",
                    isRetryable: false))
    }

    @Test func executionsGetGPUsOfTheirOwn() async throws {
        let executor = executor
        try await run { link async throws in
            link.send(Self.execution("e-1", Resources(gpuCount: 1)), Self.job())
            #expect(try await executor.nextGPUs() == [0])
            link.send(Self.execution("e-2", Resources(gpuCount: 1)), Self.job())
            #expect(try await executor.nextGPUs() == [1])
        }
    }

    @Test func aTakenGPUIsRefusedUntilItIsFree() async throws {
        let gpu = GPU(index: 1, name: "", vendor: "NVIDIA", memoryMiB: 0, pciAddress: "")
        let executor = executor
        try await run { link async throws in
            link.send(Self.execution("e-1", Resources(gpus: [gpu])), Self.job())
            #expect(try await executor.nextGPUs() == [1])
            #expect(try await link.next().content == .accepted)
            link.send(Self.execution("e-2", Resources(gpus: [gpu])), Self.job())
            #expect(
                try await link.next().content
                    == .refused(
                        reason: "not enough capacity to run job (GPU 1 of NVIDIA is taken)", isRetryable: true))
            link.end(ExecutionID(rawValue: "e-1"))
            #expect(try await link.next().isFinal)
            link.send(Self.execution("e-3", Resources(gpus: [gpu])), Self.job())
            #expect(try await executor.nextGPUs() == [1])
        }
    }

    @Test func aRestartedNodeKeepsTheGPUsOfWhatRuns() async throws {
        let executor = executor
        try await run { link async throws in
            link.send(Self.execution("e-1", Resources(gpuCount: 1)), Self.job())
            #expect(try await executor.nextGPUs() == [0])
        }
        try await run { link async throws in
            #expect(try await executor.nextGPUs() == [0])
            link.send(Self.execution("e-2", Resources(gpuCount: 1)), Self.job())
            #expect(try await executor.nextGPUs() == [1])
        }
    }

    @Test func aRestartedNodeGoesOnWithTheLogOfWhatRuns() async throws {
        let executor = executor
        let id = ExecutionID(rawValue: "e-1")
        try await run { link async throws in
            link.send(Self.execution(id.rawValue), Self.job())
            _ = try await executor.nextGPUs()
        }
        // A follower that comes back at once must not take the log for ended.
        let look: (LogStore) -> Void = { #expect($0.isLive(id)) }
        try await run(beforeItRuns: look) { link async throws in
            _ = try await executor.nextGPUs()
            link.end(id)
            while try await !link.next().isFinal {}
        }
        let logs = try LogStore(directory: folder.at("logs"))
        var text = ""
        for try await records in try logs.read(id) { text += records.map(\.text).joined() }
        #expect(text == "begun, taken over")
        #expect(try logs.info(id).isFinished)
    }

    @Test func inputsCountAsDiskSpace() async throws {
        try await run { link async throws in
            link.send(Self.execution("e-1"), Self.job(inputs: [400, 300]))
            #expect(try await link.next().content == .accepted)
            link.send(Self.execution("e-2"), Self.job(inputs: [301]))
            #expect(
                try await link.next().content
                    == .refused(
                        reason: "not enough capacity to run job (disk: 301 bytes asked, 300 there)", isRetryable: true))
            link.send(Self.execution("e-3", Resources(diskBytes: 300)), Self.job(inputs: [300]))
            #expect(try await link.next().content == .accepted)
        }
    }

    @Test func inputsLargerThanTheOfferedDiskAreRefusedForGood() async throws {
        #expect(
            try await answer(Self.execution("e-1"), Self.job(inputs: [1000, 1]))
                == .refused(
                    reason: "the inputs take 1001 bytes of disk, and this node offers 1000", isRetryable: false))
    }

    @Test func inputsLargerThanTheFreeDiskMayFitLater() async throws {
        let answer = try await answer(Self.execution("e-1"), Self.job(inputs: [-1, 1])) {
            $0.capacity?.diskBytes = .max
        }
        guard case .refused(let reason, isRetryable: true) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(reason.hasPrefix("the inputs take 18446744073709551615 bytes of disk, and "))
    }
}
