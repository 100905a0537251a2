import BacalhauModel
import BacalhauSupport

/// What belongs to one job: its history, executions, results, versions and output.
struct JobPartRoutes: Sendable {
    let context: APIContext

    static let routes: [APIRoute] = [
        part(
            "history", "jobHistory", "What happened to a job, oldest first.", .json("HistoryList"),
            [
                APIParameter("since", .number(max: .max), "Unix seconds; leaves out what is older."),
                APIParameter("event_type", .choice(["all", "job", "execution"]), "`all` if left out."),
                APIParameter("execution_id", .text, "Only items of executions whose identifier begins so."),
                APIParameter("node_id", .text, "Only items of executions on nodes whose name begins so."),
                APIParameter("limit", .number(max: Int64(UInt32.max)), "Counts for clients since 1.5: page of 100."),
                .nextToken, .jobVersion, .allJobVersions,
            ]
        ) { try JobPartRoutes(context: $0).history($1) },
        part(
            "executions", "jobExecutions", "The attempts to run a job.", .json("ExecutionList"),
            [
                .order(executionOrders, "`modify_time` if left out; `create_time` for clients since 1.5."), .reverse,
                .limit, .jobVersion, .allJobVersions,
            ]
        ) { try JobPartRoutes(context: $0).executions($1) },
        part("results", "jobResults", "Where a job's results are.", .json("ResultList"), []) {
            try JobPartRoutes(context: $0).results($1)
        },
        APIRoute(
            method: "GET", template: JobRoutes.path + "/{id}/results/{execution}", name: "downloadResult",
            summary: "An execution's published archive, with ranges, an entity tag and a digest.",
            answer: .archive, parameters: [.jobNamespace], failures: [404, 409],
            handle: { try ResultRoute(context: $0).respond(to: $1) }),
        part("explain", "explainJob", "Why a job waits, and what would let it go on.", .json("JobExplanation"), []) {
            let job = try $0.orchestrator.store.job($1.id, namespace: $1.jobNamespace).id.rawValue
            return .value(try await $0.orchestrator.explain(job: job))
        },
        part("versions", "jobVersions", "A job as it was submitted each time.", .json("JobList"), []) {
            let row = try $0.orchestrator.store.job($1.id, namespace: $1.jobNamespace)
            let bodies = try $0.orchestrator.store.formerVersions(order: row.order) + [row.body]
            return .list("Items", bodies.map($1.generation.job))
        },
        part(
            "logs", "jobLogs", "What an execution writes, over a WebSocket.", .webSocket("LogMessage"),
            [
                APIParameter("execution_id", .text, "The one to read; the latest if left out."),
                APIParameter("follow", .flag, "Goes on until the execution has ended."),
                APIParameter(
                    "tail", .text,
                    "`true` (or `1`) leaves out what was written before now; a number, such as `20` or `01`, begins with the "
                        + "last so many lines."
                ),
                APIParameter("since", .number(max: 9_000_000_000), "Unix seconds; leaves out what is older."),
                .jobVersion,
            ]
        ) { try LogRoute(context: $0).respond(to: $1) },
    ]

    private static func part(
        _ part: String, _ name: String, _ summary: String, _ answer: APIRoute.Answer, _ parameters: [APIParameter],
        _ handle: @escaping APIRoute.Handler
    ) -> APIRoute {
        APIRoute(
            method: "GET", template: JobRoutes.path + "/{id}/" + part, name: name, summary: summary, answer: answer,
            parameters: [.jobNamespace] + parameters, failures: [404, 409], handle: handle)
    }

    private static let executionOrders = [
        "modify_time", "modified_at", "create_time", "created_at", "id", "state",
    ]

    private func parts(_ request: APIRequest) throws(BacalhauError) -> JobParts {
        let store = context.orchestrator.store
        return JobParts(
            store: store, row: try store.job(request.id, namespace: request.jobNamespace),
            generation: request.generation)
    }

    private func history(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        let kind = request.query("event_type") ?? ""
        guard ["", "all", "job", "execution"].contains(kind) else {
            throw BacalhauError(.badRequest, "unknown event_type \"\(kind)\"", hint: "Use all, job or execution.")
        }
        let since = try request.number("since", max: .max)
        let limit = Int(try request.number("limit"))
        let execution = request.query("execution_id") ?? ""
        let node = request.query("node_id") ?? ""
        let parts = try parts(request)
        let version = try wantedVersion(request, of: parts)
        let isWhole =
            (kind.isEmpty || kind == "all") && since == 0 && execution.isEmpty && node.isEmpty && version == nil
        if isWhole && request.generation == .v14 {
            return .list("Items", try parts.store.history(order: parts.row.order))
        }
        let items = try parts.history().filter { entry in
            let item = entry.item
            if kind == "job", item.level != .job { return false }
            if kind == "execution", item.level != .execution { return false }
            if let version, entry.version != version { return false }
            return item.time.nanoseconds / 1_000_000_000 >= since && item.executionID.rawValue.hasPrefix(execution)
                && item.nodeID.rawValue.hasPrefix(node)
        }
        guard request.generation == .v19 else { return .list("Items", items.map(parts.json)) }
        return try page(items, of: parts, limit: limit == 0 ? JobParts.historyPageDefault : limit, request)
    }

    /// v1.9's pages: while more can happen there is a next one, so that clients follow a job by reading on.
    private func page(_ items: [JobParts.Item], of parts: JobParts, limit: Int, _ request: APIRequest)
        throws(BacalhauError) -> APIResponse
    {
        var token = PagingToken(orderBy: "", reverse: false, limit: limit, offset: 0)
        if let text = request.query("next_token"), !text.isEmpty { token = try PagingToken(text) }
        let following = items.filter { $0.sequence > token.offset }
        let shown = token.limit > 0 ? Array(following.prefix(token.limit)) : following
        token.offset = shown.last?.sequence ?? token.offset
        let isOver = parts.job?.state.type.isTerminal != false && shown.count == following.count
        return .list("Items", shown.map(parts.json), nextToken: isOver ? "" : token.text)
    }

    private func executions(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        let isNew = request.generation == .v19
        let parts = try parts(request)
        var found = try parts.executions()
        switch request.query("order_by") ?? "" {
        case "" where isNew: found.sort { ($0.createTime, $0.id) < ($1.createTime, $1.id) }
        case "", "modify_time", "modified_at": found.sort { ($0.modifyTime, $0.id) < ($1.modifyTime, $1.id) }
        case "create_time", "created_at": found.sort { ($0.createTime, $0.id) < ($1.createTime, $1.id) }
        case "id": found.sort { $0.id < $1.id }
        case "state": found.sort { $0.computeState.type.rawValue < $1.computeState.type.rawValue }
        case let text:
            throw BacalhauError(
                .badRequest, "cannot order executions by \"\(text)\"",
                hint: "Use modify_time, create_time, id or state.")
        }
        if let version = try wantedVersion(request, of: parts) { found.removeAll { $0.jobVersion != version } }
        if try request.flag("reverse") { found.reverse() }
        let limit = Int(try request.number("limit"))
        if limit > 0 { found = Array(found.prefix(limit)) }
        return .list("Items", found.map(parts.json))
    }

    /// The version of the job that is looked at: for clients since 1.5 the present one, unless they ask for another or
    /// for all; `nil` for all.
    private func wantedVersion(_ request: APIRequest, of parts: JobParts) throws(BacalhauError) -> UInt64? {
        if let version = try request.jobVersion() { return version }
        guard request.generation == .v19, try !request.flag("all_job_versions") else { return nil }
        return parts.job?.version
    }

    private func results(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        let parts = try parts(request)
        guard let job = parts.job, job.kind?.isLongRunning != true else {
            throw BacalhauError(
                .badRequest, "job \(parts.row.id) runs until it is stopped, and has no results",
                hint: "Only batch and ops jobs have results.")
        }
        let results = try parts.counting().compactMap(\.publishedResult).filter { !$0.type.isEmpty }
        return .list("Items", results.map(\.json))
    }
}
