/// The texts of `--help`.
enum HelpText {
    static func command(_ command: Command, program: String) -> String {
        var text = command.summary + ".\n\n"
        if !command.details.isEmpty { text += command.details + "\n\n" }
        let usage = command.usage.isEmpty ? "" : " " + command.usage
        text += "Usage:\n  \(program) \(command.name) [flags]\(usage)\n\n"
        return text + "Flags:\n" + flags(command.flags + [GlobalFlags.help]) + "\nGlobal Flags:\n"
            + flags(GlobalFlags.all)
    }

    /// The commands of a group; of the whole program for the empty name.
    static func group(_ name: String, program: String) -> String {
        let isRoot = name.isEmpty
        let summary = isRoot ? "Compute over data" : CommandTree.groups.first { $0.name == name }?.summary ?? name
        var rows = CommandTree.commands.filter { $0.path.count == (isRoot ? 1 : 2) }
            .filter { isRoot || $0.path[0] == name }.map { (name: $0.path[$0.path.count - 1], summary: $0.summary) }
        if isRoot { rows += CommandTree.groups + [("help", "Help about any command")] }
        rows.sort { $0.name < $1.name }
        let width = rows.map(\.name.count).max() ?? 0
        let list = rows.map { "  \(TextWidth.padded($0.name, to: width))  \($0.summary)\n" }.joined()
        let prefix = isRoot ? program : "\(program) \(name)"
        return """
            \(summary).

            Usage:
              \(prefix) [command]

            Available Commands:
            \(list)
            \(isRoot ? "Flags:\n\(flags(GlobalFlags.ofRoot))\n" : "")Global Flags:
            \(flags(GlobalFlags.all))
            Use "\(prefix) [command] --help" for more information about a command.

            """
    }

    private static func flags(_ flags: [Flag]) -> String {
        let shown = flags.filter { $0.deprecation == nil }
        let names = shown.map { flag in
            let short = flag.short.map { "-\($0), " } ?? "    "
            let value = flag.type.valueName
            return "  \(short)--\(flag.name)"
                + (value.isEmpty ? "" : flag.type.isOptional ? "[=\(value)]" : " " + value)
        }
        let width = names.map(\.count).max() ?? 0
        return zip(shown, names).map { flag, name in
            let fallback = flag.defaultText.isEmpty ? "" : " (default \(flag.defaultText))"
            return TextWidth.padded(name, to: width) + "   \(flag.help)\(fallback)\n"
        }.joined()
    }
}
