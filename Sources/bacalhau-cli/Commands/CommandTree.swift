/// All commands and the groups they form.
enum CommandTree {
    static let commands: [Command] = [
        AgentAlive.command, AgentConfig.command, AgentNode.command, AgentVersion.command, AuthHashPassword.command,
        AuthInfo.command,
        DockerRun.command, JobDescribe.command,
        JobExecutions.command, JobExplain.command, JobGet.command, JobHistory.command, JobList.command,
        JobLogs.command, JobRerun.command, JobRun.command, JobStop.command, JobValidate.command, JobVersions.command,
        NodeApprove.command,
        NodeDelete.command, NodeDescribe.command, NodeList.command, NodeReject.command, Version.command,
        WasmRun.command, WasmValidate.command,
    ]

    /// First words that stand for several commands.
    static let groups: [(name: String, summary: String)] = [
        ("agent", "Ask the node that answers about itself"),
        ("auth", "See how you log in, and make hashes of passwords"),
        ("docker", "Run container images"),
        ("job", "Submit, watch and stop jobs, and fetch what they wrote"),
        ("node", "List the cluster's nodes and decide who belongs to it"), ("wasm", "Run WebAssembly modules"),
    ]

    /// What the first words of a command line name, and what is left of it.
    enum Target {
        case command(Command, [String])
        /// A group without one of its commands; the empty name is the program itself.
        case group(String, [String])
        /// In a group, whose name is empty for the program itself.
        case unknown(String, group: String)
    }

    /// Global flags may stand before and between the words.
    static func find(_ words: [String]) -> Target {
        var names: [String] = []
        var flags: [String] = []
        var rest = words[...]
        while let word = rest.first, word != "--" {
            if word.hasPrefix("-") {
                flags.append(word)
                rest.removeFirst()
                if takesNextWord(word), let value = rest.popFirst() { flags.append(value) }
                continue
            }
            rest.removeFirst()
            names.append(word)
            if let command = commands.first(where: { $0.path == names }) { return .command(command, flags + rest) }
            if names.count == 1, groups.contains(where: { $0.name == word }) { continue }
            if names.count == 1 { return .unknown(word, group: "") }
            return word == "help" ? .group(names[0], flags) : .unknown(word, group: names[0])
        }
        return .group(names.first ?? "", flags + rest)
    }

    private static func takesNextWord(_ word: String) -> Bool {
        GlobalFlags.all.contains { "--" + $0.name == word && !$0.type.isOptional }
    }

    /// Everything that may stand behind a group's name, or, behind none, in the first place.
    static func words(in group: String) -> [String] {
        if !group.isEmpty { return commands.filter { $0.path.first == group }.compactMap(\.path.last) }
        return (groups.map(\.name) + commands.filter { $0.path.count == 1 }.map(\.name) + ["help"]).sorted()
    }
}
