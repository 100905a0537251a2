import BacalhauClient
import BacalhauModel

/// `job list`
enum JobList {
    static let limit: UInt32 = 10
    /// Jobs that a monitoring of the cluster submits are not shown unless asked for.
    static let defaultLabels = "bacalhau_canary != true"

    static let command = Command(
        "job list", "List submitted jobs",
        flags: [
            Flag(
                "labels", .reading("string", LabelSelector.constraints), default: "\"\(defaultLabels)\"",
                help: "Filter jobs by labels, such as 'team=imaging, !old'")
        ] + ListFlags.all(limit: limit, orderFields: ["created_at", "modified_at"]) + OutputFlags.tabular
    ) { arguments, context in
        let query = try query(arguments)
        let client = try context.client(arguments)
        let page = try await failing("failed request") { () async throws(BacalhauError) in
            try await client.jobs.list(query)
        }
        try show(page, arguments, context)
        return .success
    }

    static func query(_ arguments: ParsedArguments) throws -> JobListQuery {
        let page = try ListFlags.request(arguments, limit: limit)
        let labels = try LabelSelector.constraints(of: arguments.string("labels", default: defaultLabels))
        var query = JobListQuery(
            limit: page.limit, nextToken: page.nextToken, reverse: page.isReversed,
            labels: labels.map(LabelSelector.text))
        if let name = page.orderBy {
            guard let order = JobListQuery.Order(rawValue: name) else {
                throw UsageError(
                    message: "cannot order jobs by \(Values.quoted(name))", hint: "use created_at or modified_at")
            }
            query.orderBy = order
        }
        return query
    }

    static func show(_ page: Page<Job>, _ arguments: ParsedArguments, _ context: CommandContext) throws {
        let printer = try ResultPrinter(arguments, context)
        try printer.list(page.items, columns: columns)
        guard let token = page.nextToken, !token.isEmpty else { return }
        let hint = "\nTo fetch more records use: --next-token \(token)"
        try (printer.isForPrograms ? context.errors : context.output).line(hint)
    }

    static let columns: [Column<Job>] = [
        Column("created", width: 8) { job, isWide in
            isWide ? TimeText.full(job.createTime) : TimeText.clock(job.createTime)
        },
        Column("id", width: 10) { job, isWide in isWide ? job.id.rawValue : ShortID.text(job.id.rawValue) },
        Column("job", width: 40) { job, _ in job.task.engine?.type ?? "" },
        Column("type", width: 8) { job, _ in job.type },
        Column("state", width: 20) { job, _ in job.state.type.rawValue },
    ]
}
