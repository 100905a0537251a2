import BacalhauModel
import BacalhauSupport

/// Jobs: submit, look, list, stop.
struct JobRoutes: Sendable {
    let context: APIContext

    private var orchestrator: Orchestrator { context.orchestrator }

    static let path = "/api/v1/orchestrator/jobs"

    static let routes: [APIRoute] =
        [
            submission("PUT", "submitJob"), submission("POST", "postJob"),
            APIRoute(
                method: "GET", template: path, name: "listJobs", summary: "The jobs, oldest first.",
                answer: .json("JobList"),
                parameters: [
                    .namespace, .labels, .order(["created_at", "modified_at"], "`created_at` if left out."), .reverse,
                    .limit, .nextToken,
                ], handle: { try JobRoutes(context: $0).list($1) }),
            APIRoute(
                method: "GET", template: path + "/{id}", name: "getJob",
                summary: "One job, by its identifier, a unique beginning of it, or its name.",
                answer: .json("JobAnswer"),
                parameters: [
                    APIParameter("include", .text, "`executions`, `history`, or both with a comma."), .jobNamespace,
                    APIParameter(
                        "wait", .seconds(max: 3600), "Answers only when the job has changed, at most so late."),
                    APIParameter(
                        "wait_revision", .number(max: .max), "The revision the caller has seen; goes with `wait`."),
                    .jobVersion,
                ], failures: [404, 409], handle: { try await JobRoutes(context: $0).get($1) }),
            APIRoute(
                method: "DELETE", template: path + "/{id}", name: "stopJob", summary: "Stops a job.",
                answer: .json("StopJobResponse"),
                parameters: [
                    .jobNamespace,
                    APIParameter("reason", .text, "Why, for the history; the body's `reason` goes first."),
                ], body: "StopJobRequest", failures: [404, 409], handle: { try await JobRoutes(context: $0).stop($1) }),
            APIRoute(
                method: "PUT", template: path + "/{id}/rerun", name: "rerunJob",
                summary: "Runs a job again that is over.",
                answer: .json("RerunJobResponse"), parameters: [.jobNamespace], body: "RerunJobRequest",
                failures: [404, 409, 429], handle: { try await JobRoutes(context: $0).rerun($1) }),
            APIRoute(
                method: "PUT", template: path + "/diff", name: "diffJob",
                summary: "How a job differs from the latest one of its name.", answer: .json("DiffJobResponse"),
                body: "PutJobRequest", failures: [404], handle: { try JobDiff(context: $0).respond(to: $1) }),
        ] + JobPartRoutes.routes

    private static func submission(_ method: String, _ name: String) -> APIRoute {
        APIRoute(
            method: method, template: path, name: name, summary: "Hands in a job. It is on disk when this answers.",
            answer: .json("PutJobResponse"), body: "PutJobRequest", failures: [409, 429],
            handle: { try await JobRoutes(context: $0).submit($1) })
    }

    private func submit(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: PutJobRequest = try request.body()
        // Clients of v1.4.0 do not know the word: who says it means an update.
        let updates = request.generation == .v19 || body.force
        return .value(
            try await orchestrator.submit(
                try body.requiredJob(), idempotencyToken: body.idempotencyToken,
                sameName: updates ? .update(force: body.force) : .anotherJob,
                submitter: request.user?.name))
    }

    private func stop(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: StopJobRequest = try request.body()
        // The published Python client puts the reason into the query.
        let reason = body.reason.isEmpty ? request.query("reason") ?? "" : body.reason
        let job = try orchestrator.store.job(request.id, namespace: request.jobNamespace).id.rawValue
        return .value(
            StopJobResponse(evaluationID: try await orchestrator.stop(job: job, reason: request.signed(reason))))
    }

    private func rerun(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: RerunJobRequest = try request.body()
        let id = try orchestrator.store.job(request.id, namespace: request.jobNamespace).id
        let job = try orchestrator.job(id.rawValue)
        let generation = request.generation
        guard [nil, job.version].contains(generation.version(named: body.version)) else {
            throw BacalhauError(
                .badRequest, "job \(job.id) has version \(generation.shown(version: job.version)), not \(body.version)",
                hint: "Only the present version can be run again; JobVersion 0 names it.")
        }
        let rerun = try await orchestrator.rerun(
            job: job.id.rawValue, all: body.all, reason: request.signed(body.reason))
        return .value(
            RerunJobResponse(
                evaluationID: rerun.evaluation, jobID: rerun.job, version: generation.shown(version: rerun.version)))
    }

    private func get(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let row = try await JobWait(context: context, request: request).row()
        let include = (request.query("include") ?? "").split(separator: ",").map { String($0).trimmingBlanks() }
        let parts = JobParts(store: orchestrator.store, row: row, generation: request.generation)
        var writer = JSONWriter(capacity: row.body.count + 64)
        writer.beginObject()
        writer.name("Job")
        writer.raw(request.generation.job(try body(of: row, for: request)))
        if include.contains("history") {
            writer.name("History")
            writer.list("Items", try parts.includedHistory(of: try request.jobVersion()))
        }
        if include.contains("executions") {
            writer.name("Executions")
            let version = try request.jobVersion()
            let executions = try parts.executions().filter { version == nil || $0.jobVersion == version }
            writer.list("Items", executions.map(parts.json))
        }
        writer.endObject()
        return .json(writer.bytes)
    }

    /// A job as it is, or as it was.
    private func body(of row: JobStore.JobRow, for request: APIRequest) throws(BacalhauError) -> [UInt8] {
        guard let version = try request.jobVersion(), (try? Job(json: row.body))?.version != version else {
            return row.body
        }
        let former = try orchestrator.store.formerVersions(order: row.order)
        guard let found = former.first(where: { (try? Job(json: $0))?.version == version }) else {
            throw BacalhauError(
                .notFound, "job \(row.id) has no version \(request.generation.shown(version: version))",
                hint: "GET …/versions lists them.",
                component: "JobStore")
        }
        return found
    }

    private func list(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        var token = PagingToken(
            orderBy: request.query("order_by") ?? "", reverse: try request.flag("reverse"),
            limit: Int(try request.number("limit")), offset: 0)
        if let text = request.query("next_token"), !text.isEmpty { token = try PagingToken(text) }
        // Clients of v1.4.0 get the default order for a wrong one, as they always did.
        if request.generation == .v19, !["", "created_at", "modified_at"].contains(token.orderBy) {
            throw BacalhauError(
                .badRequest, "cannot order jobs by \"\(token.orderBy)\"", hint: "Use created_at or modified_at.")
        }
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
        return .list("Items", page.bodies.map(request.generation.job), nextToken: next)
    }
}

extension PutJobRequest {
    /// - Throws: `.badRequest` when the body holds none.
    func requiredJob() throws(BacalhauError) -> Job {
        guard let job else {
            throw BacalhauError(.badRequest, "the request has no job", hint: "Send {\"Job\": {…}}.")
        }
        return job
    }
}
