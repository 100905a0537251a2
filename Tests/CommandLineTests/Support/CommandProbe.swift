import BacalhauClient
import BacalhauTestSupport
import FoundationEssentials
import Synchronization

@testable import bacalhau_cli

/// Runs commands in this process and keeps what they write.
final class CommandProbe: Sendable {
    /// What a command did.
    struct Result: Equatable {
        var status: ExitStatus
        var output: String
        var errors: String
    }

    /// Keeps what is written, as a file would.
    final class Buffer: TextSink {
        private let content = Mutex("")
        let isTerminal = false
        let columns: Int? = nil
        var text: String { content.withLock { $0 } }

        func write(_ text: String) { content.withLock { $0 += text } }
    }

    /// Without a server that answers, unless an endpoint is given.
    static func run(
        _ words: [String], input: String = "", environment: [String: String] = [:], endpoint: String? = nil,
        interrupted: (@Sendable () async -> Void)? = nil
    ) async -> Result {
        let probe = context(input: input, environment: environment, endpoint: endpoint, interrupted: interrupted)
        let status = await CommandRunner.run(words, probe.context)
        return Result(status: status, output: probe.output.text, errors: probe.errors.text)
    }

    static func context(
        input: String = "", environment: [String: String] = [:], endpoint: String? = nil,
        interrupted: (@Sendable () async -> Void)? = nil
    ) -> (context: CommandContext, output: Buffer, errors: Buffer) {
        let output = Buffer()
        let errors = Buffer()
        let context = CommandContext(
            programName: "bacalhau-cli", environment: environment, output: output, errors: errors,
            readInput: { () throws(FileReader.Failure) in Array(input.utf8) },
            connect: { settings in
                var options = BacalhauClientOptions()
                options.retry.attemptsMax = 1
                return BacalhauClient(endpoint: endpoint ?? settings.endpoint, options: options)
            }, interrupted: interrupted ?? { await AsyncSignal<Void>().wait() },
            now: { Samples.now })
        return (context, output, errors)
    }

    static func golden(_ name: String) throws -> String {
        try String(contentsOfFile: TestPlaces.package + "/Tests/Golden/CommandLine/\(name)", encoding: .utf8)
    }
}
