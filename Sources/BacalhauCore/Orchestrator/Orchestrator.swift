public import BacalhauModel
public import BacalhauSupport
import Synchronization

/// Takes jobs, decides where they run, and knows what became of them. The API and embedding programs talk to this.
public final class Orchestrator: Sendable {
    /// The name under which this orchestrator signs the jobs it takes.
    public let id: NodeID
    let store: JobStore
    let watch = JobWatch()
    private let loop: ControlLoop
    private let sessions: NodeSessions
    private let defaultTotalTimeout: Int64

    init(id: NodeID, databasePath: String, settings: OrchestratorSettings, clock: any WallClock) throws(BacalhauError) {
        self.id = id
        try settings.check()
        defaultTotalTimeout = settings.defaultTotalTimeoutSeconds
        do throws(SQLiteError) { store = try JobStore(path: databasePath) } catch { throw JobStore.failure(error) }
        let sessions = NodeSessions()
        self.sessions = sessions
        loop = try ControlLoop(
            store: store, settings: settings.control, retention: settings.retention, clock: clock, watch: watch,
            deliver: { sessions.deliver($0) })
    }

    func stop() {
        // The loop first: what it answered it has delivered, too, before the streams end.
        loop.stop()
        sessions.closeAll()
    }

    // MARK: Jobs

    /// Takes a job. When this returns the job is on disk and will be run.
    ///
    /// Repeating a submission with the same non-empty token gives the job of the first one.
    /// - Throws: `.validation` with every problem of the job; `.exhausted` when too much waits already.
    public func submit(_ submitted: Job, idempotencyToken: String = "") async throws(BacalhauError) -> PutJobResponse {
        try await submit(submitted, idempotencyToken: idempotencyToken, sameName: .anotherJob)
    }

    /// What a submission means whose name a job of the namespace has already.
    enum SameName: Sendable {
        /// As in v1.4.0: names need not be unique.
        case anotherJob
        /// As in v1.9: the latest job of the name gets the new specification and runs anew. Unless `force` is set,
        /// an unchanged one is refused.
        case update(force: Bool)
    }

    func submit(
        _ submitted: Job, idempotencyToken: String, sameName: SameName, submitter: String? = nil
    ) async throws(BacalhauError) -> PutJobResponse {
        var job = submitted
        job.normalise()
        let problems = job.problems()
        guard problems.isEmpty else {
            throw BacalhauError(
                .validation, problems.joined(separator: "\n"), hint: "Correct the job and submit it again.")
        }
        let warnings = job.sanitise()
        var identifiers = IdentifierSource.random
        if job.id.rawValue.isEmpty { job.id = identifiers.job() }
        if job.name.isEmpty { job.name = job.id.rawValue }
        job.meta[Job.requesterMetaKey] = id.rawValue
        job.meta[Job.submitterMetaKey] = submitter
        if job.kind?.isLongRunning == false, job.tasks[0].timeouts.total <= 0 {
            job.tasks[0].timeouts.total = defaultTotalTimeout
        }
        let evaluation = identifiers.evaluation()
        var command = Command.submit(job, evaluation: evaluation, token: idempotencyToken)
        if case .update(let force) = sameName, job.name != job.id.rawValue,
            let known = try store.job(named: job.name, namespace: job.namespace)
        {
            command = .update(
                known.id, job, stored: nil, mayBeSame: force, evaluation: evaluation, token: idempotencyToken)
        }
        switch await loop.perform(command) {
        case .submitted(let job, let evaluation):
            return PutJobResponse(jobID: job, evaluationID: evaluation, warnings: warnings)
        case let other: throw Orchestrator.error(other)
        }
    }

    /// Stops a job, in whatever state it is. `reference` is its identifier or a unique beginning of it.
    ///
    /// - Returns: `nil` when the job was stopped already.
    /// - Throws: `.notFound`, `.ambiguous`, or `.conflict` when the job has completed or failed.
    public func stop(job reference: some JobReference, reason: String) async throws(BacalhauError) -> EvaluationID? {
        let row = try store.job(reference.jobReference)
        if let job = try? Job(json: row.body), job.state.type.isTerminal {
            if job.state.type == .stopped { return nil }
            throw BacalhauError(
                .conflict, "job \(row.id) is \(job.state.type.rawValue) and cannot be stopped",
                component: "Orchestrator")
        }
        var identifiers = IdentifierSource.random
        switch await loop.perform(.stop(row.id, reason: reason, evaluation: identifiers.evaluation())) {
        case .stopped(let evaluation): return evaluation
        case let other: throw Orchestrator.error(other)
        }
    }

    /// Runs a finished job again: the partitions that have no completed execution, or all.
    ///
    /// The job keeps its identifier and history; its version goes up by one, and its timeouts begin anew.
    /// - Throws: `.notFound`, `.ambiguous`, or `.conflict` when the job is not over or nothing of it is left to run.
    public func rerun(job reference: some JobReference, all: Bool = false, reason: String = "")
        async throws(BacalhauError)
        -> (job: JobID, version: UInt64, evaluation: EvaluationID)
    {
        let row = try store.job(reference.jobReference)
        var identifiers = IdentifierSource.random
        let command = Command.rerun(
            row.id, stored: nil, all ? .all : .unfinished, reason: reason, evaluation: identifiers.evaluation())
        switch await loop.perform(command) {
        case .rerun(let version, let evaluation): return (row.id, version, evaluation)
        case let other: throw Orchestrator.error(other)
        }
    }

    /// Why a job is where it is; of a job that has ended, how it did.
    public func explain(job reference: some JobReference) async throws(BacalhauError) -> JobExplanation {
        let row = try store.job(reference.jobReference)
        switch await loop.perform(.explain(row.id)) {
        case .explanation(let explanation?): return explanation
        case .explanation(nil):
            let job: Job = try decode(try store.job(row.id.rawValue).body)
            let reason = job.state.message.isEmpty ? "." : ": \(job.state.message)"
            return JobExplanation(summary: "The job is \(job.state.type.rawValue.lowercased())\(reason)")
        case let other: throw Orchestrator.error(other)
        }
    }

    /// The job with this identifier or unique beginning.
    public func job(_ reference: some JobReference) throws(BacalhauError) -> Job {
        try decode(try store.job(reference.jobReference).body)
    }

    /// The executions of a job, in the order of their identifiers.
    public func executions(of reference: some JobReference) throws(BacalhauError) -> [Execution] {
        let row = try store.job(reference.jobReference)
        var result: [Execution] = []
        for body in try store.executions(order: row.order) { result.append(try decode(body)) }
        return result
    }

    /// What happened to a job, oldest first.
    public func history(of reference: some JobReference) throws(BacalhauError) -> [HistoryItem] {
        let row = try store.job(reference.jobReference)
        var result: [HistoryItem] = []
        for body in try store.history(order: row.order) { result.append(try decode(body)) }
        return result
    }

    /// Waits until a job has ended.
    ///
    /// - Throws: `.cancelled` when the calling task is cancelled.
    public func waitForEnd(of reference: some JobReference) async throws(BacalhauError) -> Job {
        let id = try store.job(reference.jobReference).id
        while true {
            let ticket = watch.ticket(for: id)
            defer { ticket.release() }
            let job = try job(id.rawValue)
            if job.state.type.isTerminal { return job }
            guard await ticket.signal.wait() != nil else {
                throw BacalhauError(.cancelled, "waiting for job \(id) was cancelled")
            }
        }
    }

    // MARK: Nodes

    /// All known nodes with what is in use on them, in the order of their identifiers.
    public func nodes() async throws(BacalhauError) -> [NodeState] { try await knownNodes().map(\.state) }

    /// The same, with when each was heard of.
    public func knownNodes() async throws(BacalhauError) -> [KnownNode] {
        switch await loop.perform(.describeNodes) {
        case .nodes(let nodes): return nodes.sorted { $0.state.info.nodeID < $1.state.info.nodeID }
        case let other: throw Orchestrator.error(other)
        }
    }

    /// Lets a node take work, or no longer.
    public func setMembership(_ membership: NodeState.Membership, of node: NodeID) async throws(BacalhauError) {
        try await done(.setMembership(node, membership))
    }

    /// Forgets a node that runs nothing.
    public func remove(node: NodeID) async throws(BacalhauError) { try await done(.removeNode(node)) }

    /// How a compute node in this process reaches the orchestrator.
    func makeLink() -> any OrchestratorLink { LocalLink(orchestrator: self) }

    private struct LocalLink: OrchestratorLink {
        let orchestrator: Orchestrator

        func connect(_ info: NodeInfo, known: [ExecutionID], session: NodeSession) async throws(BacalhauError)
            -> AsyncStream<NodeMessage>
        {
            let messages = orchestrator.sessions.open(info.nodeID)
            try await orchestrator.done(.nodeConnected(info, known: known, session: session))
            return messages
        }

        func report(_ report: ExecutionReport) async throws(BacalhauError) {
            try await orchestrator.done(.report(report))
        }
        func beat(_ id: NodeID, known: [ExecutionID]) async throws(BacalhauError) {
            try await orchestrator.done(.nodeBeat(id, known: known))
        }

        func update(_ info: NodeInfo) async throws(BacalhauError) { try await orchestrator.done(.nodeUpdated(info)) }

        func disconnect(_ id: NodeID) async {
            orchestrator.sessions.close(id)
            _ = await orchestrator.loop.perform(.nodeDisconnected(id))
        }
    }

    private func done(_ command: Command) async throws(BacalhauError) {
        switch await loop.perform(command) {
        case .done: return
        case let other: throw Orchestrator.error(other)
        }
    }

    private func decode<Value: WireDecodable>(_ body: [UInt8]) throws(BacalhauError) -> Value {
        do { return try Value(json: body) } catch {
            throw BacalhauError(.datastore, "a stored row cannot be read: \(error)", component: "JobStore")
        }
    }

    private static func error(_ outcome: CommandOutcome) -> BacalhauError {
        if case .refused(let error) = outcome { return error }
        return BacalhauError(.internal, "the control loop gave an answer of the wrong kind", component: "Orchestrator")
    }
}
