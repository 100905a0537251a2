import BacalhauClient
import BacalhauModel

/// `job history`
enum JobHistory {
    static let command = Command(
        "job history", usage: "[id]", "List what happened to a job and its executions",
        flags: [
            Flag(
                "event-type", .choice(["all", "job", "execution"]), default: "all",
                help: "Whose events to show: all, job or execution"),
            Flag("execution-id", help: "Only events of this execution"),
            Flag("node-id", help: "Only events of this node"),
        ] + ListFlags.all(limit: 0, orderFields: HistoryOrder.fields) + OutputFlags.tabular,
        positionals: .exactly(1)
    ) { arguments, context in
        let page = try ListFlags.request(arguments, limit: 0)
        let order = try HistoryOrder(page)
        let query = HistoryQuery(
            eventType: arguments.optionalString("event-type").flatMap(HistoryQuery.EventType.init(rawValue:)),
            executionID: arguments.optionalString("execution-id"), nodeID: arguments.optionalString("node-id"),
            limit: page.limit, nextToken: page.nextToken)
        let client = try context.client(arguments)
        let id = arguments.positionals[0]
        let items = try await failing("could not get history of job \(id)") { () async throws(BacalhauError) in
            try await order.items(query) { query async throws(BacalhauError) in
                try await client.jobs.history(id, query)
            }
        }
        let printer = try ResultPrinter(arguments, context)
        try printer.list(items, columns: columns(isColoured: try printer.usesColour()))
        return .success
    }

    static func columns(isColoured: Bool) -> [Column<HistoryItem>] {
        [
            Column("Time") { item, isWide in
                isWide ? TimeText.full(item.time) : TimeText.precise(item.time)
            },
            Column("Level", width: 15) { item, _ in item.level.rawValue },
            Column("Rev.", width: 4) { item, _ in "\(item.newRevision)" },
            Column("Exec. ID", width: 10) { item, _ in ShortID.text(item.executionID.rawValue) },
            Column("Node ID", width: 10) { item, _ in ShortID.node(item.nodeID) },
            state, topic, event(isColoured: isColoured),
        ]
    }

    /// The columns that `job describe` shows too.
    static let state = Column<HistoryItem>("State", width: 20) { item, _ in
        item.jobState?.new.rawValue ?? item.executionState?.new.name ?? ""
    }
    static let topic = Column<HistoryItem>("Topic", width: 15, wrap: .words) { item, _ in item.event.topic }

    static func event(isColoured: Bool) -> Column<HistoryItem> {
        Column("Event") { item, isWide in eventText(item.event, isColoured: isColoured, width: isWide ? nil : 60) }
    }

    /// The message, and a hint on lines of its own.
    private static func eventText(_ event: Event, isColoured: Bool, width: Int?) -> String {
        func wrapped(_ text: String) -> String {
            guard let width else { return text }
            return TextWrap.filling.lines(of: text, width: width).joined(separator: "\n")
        }
        var text = wrapped(event.message)
        if isColoured, event.details[Event.Detail.isError] == "true" { text = "\u{1B}[31m\(text)\u{1B}[0m" }
        guard let hint = event.details[Event.Detail.hint], !hint.isEmpty else { return text }
        let mark = isColoured ? "\u{1B}[1;32m* Hint:\u{1B}[0m" : "* Hint:"
        return text + "\n" + wrapped("\(mark) \(hint)")
    }
}
