import BacalhauClient
import BacalhauModel

/// `job logs`
enum JobLogs {
    static let command = Command(
        "job logs", usage: "[id]", "Print what a job writes",
        flags: [
            Flag("execution-id", short: "e", help: "The execution whose output to print; by default the latest"),
            Flag("follow", short: "f", .bool, help: "Go on until the execution ends"),
            Flag("since", SinceFlag.type, help: "Leave out what is older: 10m, 2024-06-28T10:45:01Z or Unix seconds"),
            Flag("tail", short: "t", TailFlag.type, help: "Begin with the last N lines; without N with what comes now"),
        ], positionals: .exactly(1)
    ) { arguments, context in
        let id = try JobIdentifier.read(arguments, context)
        let tail = try arguments.optionalString("tail").map(TailFlag.read) ?? .beginning
        let logs = try context.client(arguments).jobs.logs(
            id, execution: arguments.optionalString("execution-id").map(ExecutionID.init(rawValue:)),
            follow: try arguments.bool("follow"), tail: tail == .now, lastLines: tail.lineCount,
            since: try arguments.optionalString("since").map { try SinceFlag.read($0, now: context.now()) })
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
