import BacalhauModel

/// Flags that describe a job on the command line.
enum JobFlags {
    static let all: [Flag] = [
        Flag("concurrency", .int, help: "How many nodes should run the job", deprecation: "use --count"),
        Flag(
            "constraints", short: "c", .reading("string", LabelSelector.constraints),
            help: "Selector (label query) to filter nodes, supports '=', '==', '!=', 'in', 'notin', '<' and '>'"),
        Flag("count", .int, default: "1", help: "How many nodes should run the job"),
        Flag("labels", short: "l", .strings, help: "List of labels for the job: key=value,key2=value2"),
        Flag("name", help: "The name to refer to this job by"),
        Flag("namespace", default: "\"default\"", help: "The namespace to associate with this job"),
        Flag("priority", .int, help: "The priority of the job"),
        Flag(
            "selector", short: "s", .reading("string", LabelSelector.constraints),
            help: "Selector (label query) to filter nodes", deprecation: "use --constraints"),
        Flag(
            "target", .choice(["any", "all"], ignoringCase: true), default: "any",
            help: "Whether to target the minimum number of matching nodes (\"any\") or all of them (\"all\")"),
    ]

    /// The job without its task.
    static func job(_ arguments: ParsedArguments) throws -> Job {
        try refuseBoth("concurrency", "count", arguments)
        try refuseBoth("constraints", "selector", arguments)
        let count = try arguments.integer(arguments.isSet("concurrency") ? "concurrency" : "count", default: 1)
        guard let count = Int(exactly: count), count >= 0 else {
            throw UsageError(message: "job count must be >= 0")
        }
        let selector = arguments.optionalString("constraints") ?? arguments.string("selector")
        return Job(
            name: arguments.string("name"), namespace: arguments.string("namespace", default: "default"),
            type: arguments.string("target").lowercased() == "all" ? .ops : .batch,
            priority: Int(clamping: try arguments.integer("priority")), count: count,
            constraints: try LabelSelector.constraints(of: selector),
            labels: try LabelSyntax.labels(of: try arguments.strings("labels")))
    }

    private static func refuseBoth(_ first: String, _ second: String, _ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.isSet(first), arguments.isSet(second) else { return }
        throw UsageError(
            message: "if any flags in the group [\(first) \(second)] are set none of the others can be; "
                + "[\(first) \(second)] were all set")
    }
}
