/// Commands of older versions that moved into groups: they only say where.
enum MovedCommands {
    private static let replacements = [
        "cancel": "job stop", "create": "job run", "describe": "job describe", "get": "job get", "id": "agent node",
        "list": "job list", "logs": "job logs", "validate": "job validate",
    ]

    /// What to say to somebody who uses one; `nil` for any other word.
    static func notice(for word: String, program: String) -> String? {
        replacements[word].map { "Command \(Values.quoted(word)) is deprecated, use '\(program) \($0)'" }
    }
}
