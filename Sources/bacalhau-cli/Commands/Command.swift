/// One thing the program can do.
struct Command: Sendable {
    /// The words that name it, such as `job list`.
    let path: [String]
    /// What follows the name in usage texts.
    let usage: String
    let summary: String
    /// More for the help text; may be empty.
    let details: String
    let flags: [Flag]
    let positionals: Positionals
    let run: @Sendable (ParsedArguments, CommandContext) async throws -> ExitStatus

    init(
        _ path: String, usage: String = "", _ summary: String, details: String = "", flags: [Flag] = [],
        positionals: Positionals = .none,
        run: @escaping @Sendable (ParsedArguments, CommandContext) async throws -> ExitStatus
    ) {
        self.path = path.split(separator: " ").map(String.init)
        self.usage = usage
        self.summary = summary
        self.details = details
        self.flags = flags
        self.positionals = positionals
        self.run = run
    }

    var name: String { path.joined(separator: " ") }
    /// The command's flags, the global ones and `--help`.
    var allFlags: [Flag] { flags + GlobalFlags.all + [GlobalFlags.help] }

    /// How many arguments besides flags a command takes.
    enum Positionals: Hashable, Sendable {
        case none
        case exactly(Int)
        case atLeast(Int)
        case any

        func check(_ arguments: [String], command: String) throws(UsageError) {
            switch self {
            case .none:
                if let first = arguments.first {
                    throw UsageError(message: "unknown command \(Values.quoted(first)) for \(Values.quoted(command))")
                }
            case .exactly(let count):
                if arguments.count != count {
                    throw UsageError(message: "accepts \(count) arg(s), received \(arguments.count)")
                }
            case .atLeast(let count):
                if arguments.count < count {
                    throw UsageError(message: "requires at least \(count) arg(s), only received \(arguments.count)")
                }
            case .any: break
            }
        }
    }
}
