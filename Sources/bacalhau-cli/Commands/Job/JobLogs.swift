import BacalhauClient
import BacalhauModel

/// `job logs`
enum JobLogs {
    static let command = Command(
        "job logs", usage: "[id]", "Print what a job writes",
        flags: [
            Flag("execution-id", short: "e", help: "The execution whose output to print; by default the latest"),
            Flag("follow", short: "f", .bool, help: "Go on until the execution ends"),
            Flag("tail", short: "t", .bool, help: "Leave out what was written before"),
        ], positionals: .exactly(1)
    ) { arguments, context in
        let id = try JobIdentifier.read(arguments, context)
        let logs = try context.client(arguments).jobs.logs(
            id, execution: arguments.optionalString("execution-id").map(ExecutionID.init(rawValue:)),
            follow: try arguments.bool("follow"), tail: try arguments.bool("tail"))
        let output = context.output
        _ = try await context.untilInterrupted { try await copy(logs, of: id, to: output) }
        return .success
    }

    /// Both streams, as they come.
    static func copy(_ logs: LogStream, of id: String, to output: any TextSink) async throws {
        do {
            for try await message in logs { try output.write(message.line) }
        } catch let error as BacalhauError {
            throw CommandFailure("error reading the logs of job \(id)", error)
        }
    }
}
