import BacalhauClient
import BacalhauCore
import BacalhauModel
import BacalhauTestSupport
import Synchronization
import Testing

/// What happens to calls that are under way when their user goes.
@Suite(.timeLimit(.minutes(1))) struct RevocationTests {
    private static let users = ["0123456789abcdefghij", "abcdefghij0123456789"].map {
        APIUser(credential: .apiKey($0), actions: [AccessAction(.read, .job)])
    }

    @Test func aFollowedLogTellsNothingMoreOnceItsUserIsGone() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let writer = Writer()
        var configuration = NodeConfiguration(dataDirectory: folder)
        configuration.api = NodeConfiguration.Endpoint(host: "127.0.0.1", port: 0)
        configuration.access.users = Self.users
        configuration.executors = [writer]
        try await BacalhauNode.run(configuration) { node in
            let address = try #require(node.apiAddress)
            let clients = ["0123456789abcdefghij", "abcdefghij0123456789"].map {
                BacalhauClient(endpoint: address, options: BacalhauClientOptions(token: $0))
            }
            let job = Job(name: "writer", tasks: [Job.Task(engine: Engine(type: "writer"))])
            let id = try await node.orchestrator.submit(job).jobID.rawValue
            var lines: [String] = []
            let refusal = await #expect(throws: BacalhauError.self) {
                for try await message in clients[0].jobs.logs(id, follow: true) {
                    lines.append(message.line)
                    try node.replaceUsers([Self.users[1]])
                    writer.write("second\n")
                }
            }
            #expect(lines == ["first\n"])
            #expect(refusal?.code == .unauthorized)
            #expect(refusal?.message.hasPrefix("the credential that this log was asked for with has ended") == true)
            // Who stays hears all of it.
            var heard = ""
            for try await message in clients[1].jobs.logs(id, follow: true) {
                heard += message.line
                if heard == "first\nsecond\n" { writer.end() }
            }
            #expect(heard == "first\nsecond\n")
        }
    }

    /// An engine whose one execution writes what the test wants, and ends when it wants.
    private final class Writer: Executor {
        let engineType = "writer"
        let hasPreparation = false
        private let log = Mutex<(any ExecutionLogWriter)?>(nil)
        private let (ends, source) = AsyncStream<Void>.makeStream()

        func write(_ text: String) { log.withLock { $0 }?.append(.stdout, text) }
        func end() { source.finish() }

        func availability() async -> Availability { .available }
        func check(_ task: Job.Task) async throws(ExecutorError) {}
        func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {}
        func start(_ request: ExecutionRequest) async throws(ExecutorError) {
            request.log.append(.stdout, "first\n")
            log.withLock { $0 = request.log }
        }
        func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool { false }
        func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport {
            for await _ in ends {}
            return ExitReport(exitCode: 0)
        }
        func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async { end() }
        func cleanUp(_ id: ExecutionID) async {}
        func removeLeftovers(except known: Set<ExecutionID>) async {}
    }
}
