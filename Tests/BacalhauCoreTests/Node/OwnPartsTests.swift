import BacalhauCore
import BacalhauTestSupport
import FoundationEssentials
import Synchronization
import Testing

/// A node of a program that brings kinds of inputs and publishers of its own, as any program could.
@Suite(.timeLimit(.minutes(1))) struct OwnPartsTests {
    /// Serves `poem`, and `inline` instead of the built-in one.
    private struct Poems: StorageProvider {
        let sourceTypes = ["poem", "inline"]
        let servesLocalData = true

        func availability() async -> Availability { .available }
        func check(_ source: Source) async throws(StorageError) -> UInt64 { 5 }

        func prepare(
            _ input: InputSource, in directory: String, bytesMax: UInt64
        ) async throws(StorageError) -> PreparedInput {
            do { try Data("roses".utf8).write(to: URL(filePath: directory + "/poem")) } catch {
                throw .unavailable(reason: "\(error)", hint: "")
            }
            return PreparedInput(
                source: input, hostPath: directory + "/poem", target: input.target, isDirectory: false)
        }

        func cleanUp(_ input: PreparedInput) async {}
    }

    private final class Box: ResultPublisher {
        let publisherType = "box"
        let published = Mutex<[ExecutionID]>([])

        func availability() async -> Availability { .available }
        func check(_ publisher: Publisher) async throws(PublisherError) {}

        func publish(
            _ directory: String, of execution: ExecutionID, job: JobID, to publisher: Publisher
        ) async throws(PublisherError) -> SpecConfig {
            published.withLock { $0.append(execution) }
            return SpecConfig(type: "box", params: ["Shelf": 3])
        }

        func remove(_ execution: ExecutionID) async {}
    }

    @Test func jobsUseTheInputsAndPublishersOfTheProgram() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let box = Box()
        var configuration = NodeConfiguration(dataDirectory: folder)
        configuration.api = nil
        configuration.storageProviders = [Poems()]
        configuration.publishers = [box]
        let job = Job(
            name: "own",
            tasks: [
                Job.Task(
                    engine: Engine(type: "noop"), publisher: Publisher(type: "box"),
                    inputSources: ["poem", "inline"].map {
                        InputSource(source: Source(type: $0), target: "/\($0)")
                    })
            ])
        let executions = try await BacalhauNode.run(configuration) { node in
            let id = try await node.orchestrator.submit(job).jobID.rawValue
            let ended = try await node.orchestrator.waitForEnd(of: id)
            #expect(ended.state.type == .completed, "\(ended.state.message)")
            return try node.orchestrator.executions(of: id)
        }
        #expect(executions.map(\.publishedResult) == [SpecConfig(type: "box", params: ["Shelf": 3])])
        #expect(box.published.withLock { $0 } == executions.map(\.id))
    }

    @Test func anEngineOfTheProgramTakesThePlaceOfABuiltInOne() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        var configuration = NodeConfiguration(dataDirectory: folder)
        configuration.api = nil
        configuration.executors = [Refuser()]
        let state = try await BacalhauNode.run(configuration) { node in
            let job = Job(name: "refused", tasks: [Job.Task(engine: Engine(type: "noop"))])
            let id = try await node.orchestrator.submit(job).jobID.rawValue
            return try await node.orchestrator.waitForEnd(of: id).state
        }
        #expect(state.type == .failed)
        #expect(state.message.contains("not today"), "\(state.message)")
    }

    /// Calls itself `noop`, and fails whatever it is to start.
    private struct Refuser: Executor {
        let engineType = "noop"
        func availability() async -> Availability { .available }
        func check(_ task: Job.Task) async throws(ExecutorError) {}
        func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {
            throw .rejected(reason: "not today", hint: "")
        }
        func start(_ request: ExecutionRequest) async throws(ExecutorError) {}
        func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool { false }
        func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport { ExitReport(exitCode: 0) }
        func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async {}
        func cleanUp(_ id: ExecutionID) async {}
        func removeLeftovers(except known: Set<ExecutionID>) async {}
    }
}
