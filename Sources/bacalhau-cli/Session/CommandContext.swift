import BacalhauClient
import BacalhauModel

/// Everything of the world that a command touches, so that a test can stand in for it.
struct CommandContext: Sendable {
    /// How the user called the program; hints repeat it.
    let programName: String
    let environment: [String: String]
    let output: any TextSink
    let errors: any TextSink
    /// Reads the whole standard input.
    let readInput: @Sendable () throws(FileReader.Failure) -> [UInt8]
    /// Makes the client for the server that the settings name. Nothing is sent yet.
    let connect: @Sendable (ConnectionSettings) -> BacalhauClient
    /// Returns when the user presses Ctrl-C, or when the calling task is cancelled.
    let interrupted: @Sendable () async -> Void
    let now: @Sendable () -> Timestamp

    /// The server that flags and environment name.
    func client(_ arguments: ParsedArguments) throws(UsageError) -> BacalhauClient {
        connect(try ConnectionSettings(arguments, environment: environment))
    }

    /// Runs `body` until the user presses Ctrl-C; then `nil`, and `body` is cancelled.
    func untilInterrupted<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                await interrupted()
                return nil
            }
            return try await group.next() ?? nil
        }
    }
}

/// How the process ends.
enum ExitStatus: Int32, Sendable {
    case success = 0
    case failure = 1
}
