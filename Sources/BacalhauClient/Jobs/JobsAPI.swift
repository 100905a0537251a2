import BacalhauCrypto
public import BacalhauModel
public import BacalhauSupport

/// Calls about jobs. They take a `JobID` or a text: an identifier, its unique beginning (`j-7d1e42a9`), or, where the
/// server knows jobs by their names, a name.
public struct JobsAPI: Sendable {
    let connection: APIConnection

    static let path = "/api/v1/orchestrator/jobs"

    static func path(of id: some JobReference) throws(BacalhauError) -> String {
        guard !id.jobReference.isEmpty else { throw .emptyIdentifier("job") }
        return "\(path)/\(URLText.escaped(id.jobReference))"
    }

    /// Hands a job to the orchestrator, which answers once it cannot be lost any more.
    ///
    /// - Parameters:
    ///   - job: what to run; ``BacalhauModel/Job`` has builders for containers and modules.
    ///   - idempotencyToken: the same token makes the same submission, however often it is sent; `nil` makes a new one
    ///     for this call, so that its own repeats are harmless.
    ///   - force: updates the latest job of the same name, if there is one, and has it run anew even when nothing
    ///     changed. Without it servers of v1.9, and this project's nodes for clients whose
    ///     ``BacalhauClientOptions/clientVersion`` is 1.5 or later, update a job that changed and refuse one that did
    ///     not; otherwise each submission makes another job. Servers of v1.4.0 do not know it and make another job.
    /// - Throws: `validation` with one problem a line when the job is refused; `conflict` when this project's node would
    ///   update a job that did not change.
    public func submit(
        _ job: Job, idempotencyToken: String? = nil, force: Bool = false
    ) async throws(BacalhauError) -> PutJobResponse {
        let token = idempotencyToken ?? hexadecimal(randomBytes(16))
        let body = PutJobRequest(job: job, idempotencyToken: token, force: force).json
        return try await connection.value(of: .send("PUT", JobsAPI.path, body: body, isRepeatable: true))
    }

    /// One job, with its executions and history if asked for.
    public func get(_ id: some JobReference, including parts: Set<JobInclude> = []) async throws(BacalhauError)
        -> JobDetails
    {
        var call = APICall.get(try JobsAPI.path(of: id))
        if !parts.isEmpty { call.query = [("include", parts.map(\.rawValue).sorted().joined(separator: ","))] }
        return try await connection.value(of: call, as: JobAnswer.self).details()
    }

    /// A page of jobs.
    public func list(_ query: JobListQuery = .init()) async throws(BacalhauError) -> Page<Job> {
        var pairs: [(name: String, value: String)] = []
        if let namespace = query.namespace { pairs.append(("namespace", namespace)) }
        pairs += query.labels.map { ("labels", $0) }
        pairs +=
            ListParameters(
                limit: query.limit, nextToken: query.nextToken, orderBy: query.orderBy?.rawValue, reverse: query.reverse
            ).pairs
        return try await connection.page(of: .get(JobsAPI.path, pairs))
    }

    /// All jobs that the query names, from its page on. Without a limit, pages of 100 are fetched.
    ///
    /// ```swift
    /// for try await job in client.jobs.all(.init(labels: ["team=imaging"])) { print(job.id) }
    /// ```
    public func all(_ query: JobListQuery = .init()) -> PagedSequence<Job> {
        var query = query
        if query.limit == 0 { query.limit = 100 }
        let first = query
        return PagedSequence { [self] (token: String?) async throws(BacalhauError) -> Page<Job> in
            var query = first
            if let token { query.nextToken = token }
            return try await list(query)
        }
    }

    /// Stops a job.
    ///
    /// - Returns: the evaluation that does it; `nil` when the job was stopped before.
    /// - Throws: `conflict` when the job has already completed or failed.
    @discardableResult
    public func stop(_ id: some JobReference, reason: String = "Stopped at user request") async throws(BacalhauError)
        -> EvaluationID?
    {
        // Not repeated after a lost answer: the second try would find the job stopped and name no evaluation.
        let call = APICall.send("DELETE", try JobsAPI.path(of: id), body: StopJobRequest(reason: reason).json)
        return try await connection.value(of: call, as: StopJobResponse.self).evaluationID
    }

    /// Runs a job again that is over. It keeps its identifier, history and results; its version goes up by one.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - all: runs also the partitions, or nodes of an ops job, that have completed.
    ///   - reason: kept in the job's history.
    ///   - version: refuses when the job has another one; 0 takes any, so that the first version, whose number is 0, cannot be
    ///     asked for alone.
    /// - Throws: `conflict` when the job is not over yet, or nothing of it is left to run.
    @discardableResult
    public func rerun(_ id: some JobReference, all: Bool = false, reason: String = "", version: UInt64 = 0)
        async throws(BacalhauError) -> RerunJobResponse
    {
        // Not repeated after a lost answer: the second try would find the job running.
        let body = RerunJobRequest(version: version, reason: reason, all: all).json
        return try await connection.value(of: .send("PUT", try JobsAPI.path(of: id) + "/rerun", body: body))
    }

    /// Why a job is where it is: what it waits for, what stands in its way, and what happens next.
    ///
    /// - Throws: `notFound` also for servers that cannot tell, such as v1.4.0's.
    public func explain(_ id: some JobReference) async throws(BacalhauError) -> JobExplanation {
        try await connection.value(of: .get(try JobsAPI.path(of: id) + "/explain"))
    }

    /// The attempts to run a job.
    public func executions(_ id: some JobReference, _ query: ExecutionQuery = .init()) async throws(BacalhauError)
        -> Page<Execution>
    {
        let parameters = ListParameters(
            limit: query.limit, nextToken: query.nextToken, orderBy: query.orderBy, reverse: query.reverse)
        return try await connection.page(of: .get(try JobsAPI.path(of: id) + "/executions", parameters.pairs))
    }

    /// What happened to a job and its executions.
    public func history(_ id: some JobReference, _ query: HistoryQuery = .init()) async throws(BacalhauError)
        -> Page<HistoryItem>
    {
        var pairs: [(name: String, value: String)] = []
        if let type = query.eventType { pairs.append(("event_type", type.rawValue)) }
        if let execution = query.executionID { pairs.append(("execution_id", execution)) }
        if let node = query.nodeID { pairs.append(("node_id", node)) }
        if let since = query.since { pairs.append(("since", String(since.nanoseconds / 1_000_000_000))) }
        pairs += ListParameters(limit: query.limit, nextToken: query.nextToken).pairs
        return try await connection.page(of: .get(try JobsAPI.path(of: id) + "/history", pairs))
    }

    /// What a job writes.
    ///
    /// - Parameters:
    ///   - id: the job.
    ///   - execution: whose output; `nil` is the one that changed last.
    ///   - follow: goes on until the execution ends. A connection that breaks is taken up again, without a gap and without
    ///     repeats, when neither `tail` nor `lastLines` is given and the execution is named or ran at that time.
    ///   - tail: leaves out what was written before now.
    ///   - lastLines: begins with the last so many lines (1 or more) of what is there; goes before `tail`. Servers of
    ///     v1.4.0 do not know this and refuse it.
    ///   - since: leaves out what is older, to the second. Servers of v1.4.0 ignore this.
    /// - Returns: a sequence that throws `.notFound` where there is no such job, execution or log, and `.unauthorized`
    ///   when the credential is not known, or ends while the log is followed.
    public func logs(
        _ id: some JobReference, execution: ExecutionID? = nil, follow: Bool = false, tail: Bool = false,
        lastLines: Int? = nil,
        since: Timestamp? = nil
    ) -> LogStream {
        var query: [(name: String, value: String)] = []
        if follow { query.append(("follow", "true")) }
        if let lastLines {
            // A single `1` is `true` for servers.
            query.append(("tail", lastLines > 1 ? String(lastLines) : "01"))
        } else if tail {
            query.append(("tail", "true"))
        }
        if let since { query.append(("since", String(since.nanoseconds / 1_000_000_000))) }
        let canResume = follow && !tail && lastLines == nil
        return LogStream(
            connection: connection, id: id.jobReference, execution: execution, query: query, canResume: canResume)
    }

    /// Waits until the condition holds or the job has ended, whichever is first.
    ///
    /// One request waits at the server for the next change. Servers that do not know this are asked again and again,
    /// with pauses from 50 to 500 milliseconds. A server that is away for a while is waited for
    /// (``RetryPolicy/outageMax``). There is no time limit but the caller's cancellation.
    public func wait(for id: some JobReference, until condition: JobWaitCondition = .terminal)
        async throws(BacalhauError) -> Job
    {
        var poll = JobPoll(connection: connection, id: id.jobReference)
        while true {
            let job = try await poll.next()
            if job.state.type.isTerminal || condition.isMet(job) { return job }
        }
    }

    /// The job now and after every change, up to its end. A server that is away for a while is waited for
    /// (``RetryPolicy/outageMax``).
    ///
    /// ```swift
    /// for try await job in client.jobs.states(of: id) { print(job.state.type) }
    /// ```
    public func states(of id: some JobReference) -> JobStates { JobStates(connection: connection, id: id.jobReference) }
}
