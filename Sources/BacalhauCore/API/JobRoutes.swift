import BacalhauModel
import BacalhauSupport

/// Jobs: submit, look, list, stop, and what belongs to one.
struct JobRoutes: Sendable {
    let context: APIContext

    private var orchestrator: Orchestrator { context.orchestrator }

    func respond(to request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let path = request.path
        switch (request.method, path.count) {
        case ("PUT", 2), ("POST", 2): return try await submit(request)
        case ("GET", 2): return try list(request)
        case ("GET", 3): return try await get(request)
        case ("DELETE", 3): return try await stop(request)
        case ("GET", 4):
            switch path[3] {
            case "history": return try history(request)
            case "executions": return try executions(request)
            case "results": return try results(request)
            case "logs": return try LogRoute(context: context).respond(to: request)
            default: throw APIRouter.notFound
            }
        default: throw APIRouter.notFound
        }
    }

    private func submit(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: PutJobRequest = try request.body()
        guard let job = body.job else {
            throw BacalhauError(.badRequest, "the request has no job", hint: "Send {\"Job\": {…}}.")
        }
        return .value(try await orchestrator.submit(job, idempotencyToken: body.idempotencyToken))
    }

    private func stop(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: StopJobRequest = try request.body()
        // The published Python client puts the reason into the query.
        let reason = body.reason.isEmpty ? request.query("reason") ?? "" : body.reason
        let evaluation = try await orchestrator.stop(job: request.path[2], reason: reason)
        return .value(StopJobResponse(evaluationID: evaluation))
    }

    private func get(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let row = try await JobWait(context: context, request: request).row()
        let include = (request.query("include") ?? "").split(separator: ",").map { String($0).trimmingBlanks() }
        var writer = JSONWriter(capacity: row.body.count + 64)
        writer.beginObject()
        writer.name("Job")
        writer.raw(row.body)
        if include.contains("history") {
            writer.name("History")
            writer.list("Items", try orchestrator.store.history(order: row.order))
        }
        if include.contains("executions") {
            writer.name("Executions")
            writer.list("Items", try orchestrator.store.executions(order: row.order))
        }
        writer.endObject()
        return .json(writer.bytes)
    }

    private func list(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        var token = PagingToken(
            orderBy: request.query("order_by") ?? "", reverse: try request.flag("reverse"),
            limit: Int(try request.number("limit")), offset: 0)
        if let text = request.query("next_token"), !text.isEmpty { token = try PagingToken(text) }
        let namespace = request.query("namespace") ?? ""
        let page = try orchestrator.store.jobs(
            JobStore.JobListQuery(
                namespace: namespace == "*" ? "" : namespace, byModifyTime: token.orderBy == "modified_at",
                reverse: token.reverse, offset: token.offset, limit: token.limit, selector: try request.selector()))
        var next = ""
        if page.hasMore {
            token.offset += token.limit
            next = token.text
        }
        return .list("Items", page.bodies, nextToken: next)
    }

    private func history(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        let kind = request.query("event_type") ?? ""
        guard ["", "all", "job", "execution"].contains(kind) else {
            throw BacalhauError(.badRequest, "unknown event_type \"\(kind)\"", hint: "Use all, job or execution.")
        }
        let since = try request.number("since", max: .max)
        let execution = request.query("execution_id") ?? ""
        let node = request.query("node_id") ?? ""
        let row = try orchestrator.store.job(request.path[2])
        let bodies = try orchestrator.store.history(order: row.order)
        if (kind.isEmpty || kind == "all") && since == 0 && execution.isEmpty && node.isEmpty {
            return .list("Items", bodies)
        }
        let items = bodies.filter { body in
            guard let item = try? HistoryItem(json: body) else { return false }
            if kind == "job", item.level != .job { return false }
            if kind == "execution", item.level != .execution { return false }
            return item.time.nanoseconds / 1_000_000_000 >= since && item.executionID.rawValue.hasPrefix(execution)
                && item.nodeID.rawValue.hasPrefix(node)
        }
        return .list("Items", items)
    }

    private func executions(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        var found = try orchestrator.executions(of: request.path[2])
        switch request.query("order_by") ?? "" {
        case "", "modify_time", "modified_at": found.sort { ($0.modifyTime, $0.id) < ($1.modifyTime, $1.id) }
        case "create_time", "created_at": found.sort { ($0.createTime, $0.id) < ($1.createTime, $1.id) }
        case "id": found.sort { $0.id < $1.id }
        case "state": found.sort { $0.computeState.type.rawValue < $1.computeState.type.rawValue }
        case let text:
            throw BacalhauError(
                .badRequest, "cannot order executions by \"\(text)\"",
                hint: "Use modify_time, create_time, id or state.")
        }
        if try request.flag("reverse") { found.reverse() }
        let limit = Int(try request.number("limit"))
        if limit > 0 { found = Array(found.prefix(limit)) }
        return .list("Items", found.map(\.json))
    }

    private func results(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        let job = try orchestrator.job(request.path[2])
        guard job.kind?.isLongRunning != true else {
            throw BacalhauError(
                .badRequest, "job \(job.id) is of type \(job.type), which has no results",
                hint: "Only batch and ops jobs have results.")
        }
        let results = try orchestrator.executions(of: request.path[2])
            .filter { $0.computeState.type == .completed }
            .compactMap(\.publishedResult).filter { !$0.type.isEmpty }
        return .list("Items", results.map(\.json))
    }
}
