public import BacalhauModel

/// Reads job files.
public enum JobFile {
    /// Reads a job from YAML or JSON, whose keys match in any case.
    ///
    /// What is wrong with the job's content (no tasks, unreadable amounts, …) is found by `Job.problems()`, after
    /// `Job.normalise()`.
    ///
    /// - Throws: everything that is wrong with the document's form, with its place: syntax, unknown or forbidden keys at
    ///   the top, values of a wrong type; or one message for a file of an older layout.
    public static func read(_ bytes: [UInt8]) throws(DocumentError) -> Job {
        let document = try YAMLParser.parse(bytes)
        guard !document.isNull else { throw DocumentError("no content provided") }
        guard case .object(let members) = document.content else {
            throw DocumentError(
                "a job file holds keys and values at its top, not a value of the type '\(document.kind)'",
                at: document.position)
        }
        if let layout = OldJobLayout(document) { throw DocumentError(layout.message, at: document.position) }
        var context = WireContext()
        checkNames(members, in: &context)
        let job = context.within("Job") { Job(from: document, in: &$0) }
        try context.check()
        return job
    }

    private static let allowed = [
        "Name", "Namespace", "Type", "Priority", "Count", "Constraints", "Meta", "Labels", "Tasks",
        "RetryPolicy", "NodeLossPolicy",
    ]
    /// What only the system sets.
    private static let forbidden = ["ID", "State", "Version", "Revision", "CreateTime", "ModifyTime"]

    private static func checkNames(_ members: [DocumentNode.Member], in context: inout WireContext) {
        for member in members {
            if let name = forbidden.first(where: { $0.equalsIgnoringASCIICase(member.name) }) {
                context.report("field: '\(name)' in 'Job' is not allowed", at: member.position)
            } else if !allowed.contains(where: { $0.equalsIgnoringASCIICase(member.name) }) {
                context.report("unknown field: '\(member.name.excerpt())' in 'Job'", at: member.position)
            }
        }
    }
}
