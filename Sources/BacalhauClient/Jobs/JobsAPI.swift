public import BacalhauModel
public import BacalhauSupport

/// Calls about jobs. Wherever an identifier is wanted, its unique beginning will do (`j-7d1e42a9`).
public struct JobsAPI: Sendable {
    let connection: APIConnection

    /// Hands a job to the orchestrator, which answers once it cannot be lost any more.
    ///
    /// - Parameter idempotencyToken: the same token makes the same submission, however often it is sent; `nil` makes a
    ///   new one for this call, so that its own repeats are harmless.
    /// - Throws: `validation` with one problem a line when the job is refused.
    public func submit(_ job: Job, idempotencyToken: String? = nil) async throws(BacalhauError) -> PutJobResponse {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// One job, with its executions and history if asked for.
    public func get(_ id: String, including parts: Set<JobInclude> = []) async throws(BacalhauError) -> JobDetails {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// A page of jobs.
    public func list(_ query: JobListQuery = .init()) async throws(BacalhauError) -> Page<Job> {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// All jobs that the query names, from its page on. Without a limit, pages of 100 are fetched.
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
    public func stop(_ id: String, reason: String = "Stopped at user request") async throws(BacalhauError)
        -> EvaluationID?
    {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// The attempts to run a job.
    public func executions(_ id: String, _ query: ExecutionQuery = .init()) async throws(BacalhauError)
        -> Page<Execution>
    {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// What happened to a job and its executions.
    public func history(_ id: String, _ query: HistoryQuery = .init()) async throws(BacalhauError)
        -> Page<HistoryItem>
    {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Where the results of a job's completed executions are; empty when nothing was published.
    public func results(_ id: String) async throws(BacalhauError) -> [SpecConfig] {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// What a job writes.
    ///
    /// - Parameters:
    ///   - execution: whose output; `nil` is the one that changed last.
    ///   - follow: goes on until the execution ends.
    ///   - tail: leaves out what was written before now.
    public func logs(
        _ id: String, execution: ExecutionID? = nil, follow: Bool = false, tail: Bool = false
    ) -> LogStream {
        LogStream(connection: connection, path: "")
    }

    /// Waits until the condition holds or the job has ended, whichever is first.
    ///
    /// One request waits at the server for the next change. Servers that do not know this are asked again and again,
    /// with pauses from 50 to 500 milliseconds. There is no time limit but the caller's cancellation.
    public func wait(for id: String, until condition: JobWaitCondition = .terminal) async throws(BacalhauError) -> Job {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// The job now and after every change, up to its end.
    public func states(of id: String) -> JobStates { JobStates(connection: connection, id: id) }

    /// Fetches one published result into a directory, as it was published (an archive stays packed).
    ///
    /// The bytes go to a temporary name first; a broken download is continued by the next call. A result that is there
    /// already is not fetched again.
    public func download(
        _ result: SpecConfig, to directory: String, progress: DownloadOptions.Progress? = nil
    ) async throws(BacalhauError) -> DownloadedResult {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Fetches, unpacks and merges all results of a job into a directory, which is made if it does not exist.
    ///
    /// - Throws: `conflict` before anything is moved when a result would replace a file that is there.
    public func downloadResults(
        of id: String, into directory: String, options: DownloadOptions = .init()
    ) async throws(BacalhauError) -> DownloadReport {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
