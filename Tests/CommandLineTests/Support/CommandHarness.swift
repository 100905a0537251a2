import BacalhauModel

@testable import BacalhauClient
@testable import bacalhau_cli

/// Runs commands in this process against a ``FakeServer``.
struct CommandHarness {
    var server = FakeServer()
    var environment: [String: String] = [:]
    var input = ""
    /// Whether Ctrl-C is pressed as soon as the command waits.
    var isInterrupted = false

    /// What a command printed and how it ended.
    struct Outcome: Equatable {
        var output = ""
        var errors = ""
        var status = ExitStatus.success
    }

    /// 2024-06-28 10:16:13 UTC.
    static let now = Timestamp(nanoseconds: 1_719_569_773_000_000_000)

    func run(_ words: String...) async -> Outcome { await run(words) }

    func run(_ words: [String]) async -> Outcome {
        let output = CommandProbe.Buffer()
        let errors = CommandProbe.Buffer()
        let (server, input, isInterrupted) = (server, input, isInterrupted)
        let context = CommandContext(
            programName: "bacalhau-cli", environment: environment, output: output, errors: errors,
            readInput: { () throws(FileReader.Failure) in Array(input.utf8) },
            connect: { settings in
                var options = BacalhauClientOptions()
                options.retry = .never
                return BacalhauClient(
                    connection: APIConnection(endpoint: settings.endpoint, options: options, transport: server))
            },
            interrupted: {
                if !isInterrupted { try? await Task.sleep(for: .seconds(3600)) }
            }, now: { CommandHarness.now })
        let status = await CommandRunner.run(words, context)
        return Outcome(output: output.text, errors: errors.text, status: status)
    }
}
