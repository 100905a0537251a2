import BacalhauModel
import BacalhauSupport

/// Finds the command that a command line names, runs it, and reports why it failed.
enum CommandRunner {
    static func run(_ words: [String], _ context: CommandContext) async -> ExitStatus {
        do {
            return try await dispatch(words, context)
        } catch is SinkClosed {
            return .failure
        } catch {
            try? ErrorText.write(error, to: context.errors)
            return .failure
        }
    }

    private static func dispatch(_ words: [String], _ context: CommandContext) async throws -> ExitStatus {
        if let server = ServerCommands.names.first(where: { $0 == words.first }) {
            try context.errors.line("Nodes are run by another program: bacalhau-node \(server)")
            return .failure
        }
        if let notice = words.first.flatMap({ MovedCommands.notice(for: $0, program: context.programName) }) {
            try context.errors.line(notice)
            return .success
        }
        if words.first == "help" { return try help(Array(words.dropFirst()), context) }
        switch CommandTree.find(words) {
        case .unknown(let word, let group): throw unknown(word, group, context)
        case .group(let name, let rest):
            let title = name.isEmpty ? context.programName : "\(context.programName) \(name)"
            let flags = GlobalFlags.all + [GlobalFlags.help] + (name.isEmpty ? GlobalFlags.ofRoot : [])
            let arguments = try parse(rest, flags, command: title)
            if name.isEmpty, try arguments.bool("version") {
                try context.output.write("bacalhau-cli \(BuildVersion.current)\n")
            } else {
                try context.output.write(HelpText.group(name, program: context.programName))
            }
            return .success
        case .command(let command, let rest):
            let title = "\(context.programName) \(command.name)"
            let arguments = try parse(rest, command.allFlags, command: title)
            if try arguments.bool("help") {
                try context.output.write(HelpText.command(command, program: context.programName))
                return .success
            }
            do {
                try command.positionals.check(arguments.positionals, command: title)
            } catch {
                throw withUsage(UsageError(message: error.message, hint: strayValue(arguments, command.flags)), title)
            }
            for notice in arguments.notices { try context.errors.line(notice) }
            return try await command.run(arguments, context)
        }
    }

    private static func parse(
        _ words: [String], _ flags: [Flag], command: String
    ) throws(UsageError) -> ParsedArguments {
        do {
            return try FlagParser.parse(words, flags: flags)
        } catch {
            throw withUsage(error, command)
        }
    }

    /// What to say when an argument looks like the value of a flag that takes one only behind `=`.
    private static func strayValue(_ arguments: ParsedArguments, _ flags: [Flag]) -> String {
        for flag in flags where flag.type.isOptional && arguments.isSet(flag.name) {
            guard let value = arguments.positionals.first(where: { (try? flag.type.check($0)) != nil }) else {
                continue
            }
            return "Write --\(flag.name)=\(value) if \(value) is a value."
        }
        return ""
    }

    private static func withUsage(_ error: UsageError, _ command: String) -> UsageError {
        let usage = "Run '\(command) --help' for usage."
        return UsageError(message: error.message, hint: error.hint.isEmpty ? usage : "\(error.hint) \(usage)")
    }

    private static func help(_ words: [String], _ context: CommandContext) throws -> ExitStatus {
        let program = context.programName
        switch CommandTree.find(words) {
        case .unknown(let word, let group): throw unknown(word, group, context)
        case .group(let name, _): try context.output.write(HelpText.group(name, program: program))
        case .command(let command, _): try context.output.write(HelpText.command(command, program: program))
        }
        return .success
    }

    private static func unknown(_ word: String, _ group: String, _ context: CommandContext) -> UsageError {
        let close = Suggestions.near(word, in: CommandTree.words(in: group))
        let question = close.isEmpty ? "" : "did you mean " + close.joined(separator: " or ") + "?"
        let program = group.isEmpty ? context.programName : "\(context.programName) \(group)"
        return withUsage(
            UsageError(
                message: "unknown command \(Values.quoted(word)) for \(Values.quoted(program))", hint: question),
            program)
    }
}

/// A failure with what was being done.
struct CommandFailure: Error, Hashable {
    let message: String
    var hint = ""

    init(_ message: String, hint: String = "") {
        self.message = message
        self.hint = hint
    }

    init(_ doing: String, _ cause: BacalhauError) {
        message = "\(doing): \(cause.message)"
        // What the server cannot know: how this program is given a credential.
        hint =
            cause.code == .unauthorized
            ? "set \(ConnectionSettings.keyVariable), or \(ConnectionSettings.nameVariable) and "
                + "\(ConnectionSettings.passwordVariable); 'bacalhau-cli auth info' shows what the server takes"
            : cause.hint
    }
}

/// Runs a call; its failure says what was being done.
func failing<Value>(
    _ doing: String, _ body: () async throws(BacalhauError) -> Value
) async throws(CommandFailure) -> Value {
    do throws(BacalhauError) {
        return try await body()
    } catch {
        throw CommandFailure(doing, error)
    }
}

/// How failures are shown: `Error: …` once, then `Hint: …` when there is one.
enum ErrorText {
    static func write(_ error: any Error, to sink: any TextSink) throws(SinkClosed) {
        let (message, hint): (String, String) =
            switch error {
            case let error as UsageError: (error.message, error.hint)
            case let error as CommandFailure: (error.message, error.hint)
            case let error as BacalhauError: (error.message, error.hint)
            default: ("\(error)", "")
            }
        try write(message, hint: hint, to: sink)
    }

    static func write(_ message: String, hint: String, to sink: any TextSink) throws(SinkClosed) {
        try sink.write("Error: \(message)\n" + (hint.isEmpty ? "" : "Hint: \(hint)\n"))
    }
}
