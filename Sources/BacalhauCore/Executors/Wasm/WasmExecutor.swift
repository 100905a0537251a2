public import BacalhauModel
import BacalhauSupport
import Glibc
import Synchronization

/// Runs WebAssembly programs (WASI preview 1) with wasmtime, each in a worker process of its own.
///
/// A worker is killed when its program does not stop in time, so that limits hold whatever the program does. Workers are
/// kept warm between runs: a program that was compiled before starts within a millisecond. All workers end with this
/// process and with the executor.
public final class WasmExecutor: Executor {
    /// `wasm`.
    public let engineType = "wasm"

    private struct Run {
        var taskID: UInt64
        let began = AsyncSignal<Result<Void, ExecutorError>>()
        let ended = AsyncSignal<ExitReport>()
        /// Why it was stopped; what it reports then depends on it.
        let stopReason = AsyncSignal<StopReason>()
    }

    private struct State {
        var runs: [ExecutionID: Run] = [:]
        /// Digests of modules by path, from `prepare`.
        var digests: [ExecutionID: [String: String]] = [:]
        var lastTaskID: UInt64 = 0
        /// The library and executable that were seen to work.
        var verified: EngineIdentity?
    }

    private let configuration: Configuration
    private let pool: WasmWorkerPool
    private let state = Mutex(State())

    /// Nothing is started before the first use.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        pool = WasmWorkerPool(
            limits: WasmWorkerPool.Limits(
                workersMax: configuration.workersMax, idleMax: configuration.idleWorkersMax,
                idleDuration: configuration.idleDuration)
        ) { configuration.launch() }
    }

    // MARK: - Before a run

    /// Whether a worker can load the library. Asks a worker once for each library; afterwards looks at the files only.
    public func availability() async -> Availability {
        switch configuration.launch() {
        case .failure(let failure): return .unavailable(reason: failure.reason, hint: failure.hint)
        case .success(let launch):
            guard let identity = EngineIdentity(launch) else {
                return .unavailable(reason: "\(launch.library) cannot be read", hint: "Check its permissions.")
            }
            if state.withLock({ $0.verified }) == identity { return .available }
            let end = await perform(.probe)
            if end == .reply(.ready) {
                state.withLock { $0.verified = identity }
                return .available
            }
            let failure = Self.failure(of: end)
            return .unavailable(reason: failure.reason, hint: failure.hint)
        }
    }

    /// The entry module and the imports, as far as the job gives them as sources of their own.
    ///
    /// - Throws: `.rejected` when the parameters are wrong.
    public func moduleSources(of task: Job.Task) throws(ExecutorError) -> [InputSource] {
        guard let engine = task.engine else { return [] }
        return try WasmParameters(engine).sources
    }

    /// Checks the parameters, the paths of inputs and results, and that a program can address the memory it asks for:
    /// at most 4 GiB. Modules are looked at by `prepare` and by the run.
    public func check(_ task: Job.Task) async throws(ExecutorError) {
        guard let engine = task.engine else { throw .rejected(reason: "the task names no engine", hint: "") }
        _ = try WasmParameters(engine)
        let paths = task.inputSources.map { ($0.target, "input") } + task.resultPaths.map { ($0.path, "result") }
        do throws(WasmFailure) {
            for (path, what) in paths { _ = try WasmFilePlan.guestPath(path, of: what) }
        } catch {
            throw .rejected(reason: error.reason, hint: error.hint)
        }
        if let resources = try? task.resources.resolved() { try Self.checkMemory(resources) }
    }

    /// Compiles the modules in a worker and keeps the outcome in the cache. A cancelled call kills that worker.
    ///
    /// - Throws: `.rejected` when a module cannot be compiled, `.unavailable` when there is no worker.
    public func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {
        let parameters = try Self.parameters(of: request)
        // What is missing is reported by the run, with everything else that is wrong with the job.
        guard let modules = try? WasmModuleSet(request, parameters, digests: [:]) else { return }
        switch await perform(.prepare(modules)) {
        case nil: throw .cancelled
        case .reply(.prepared(let digests))?: state.withLock { $0.digests[request.executionID] = digests }
        case .reply(.unavailable(let failure))?, .notStarted(let failure)?:
            throw .unavailable(reason: failure.reason, hint: failure.hint)
        case let end?:
            let failure = Self.failure(of: end)
            throw .rejected(reason: "the module could not be compiled: \(failure.reason)", hint: failure.hint)
        }
    }

    // MARK: - A run

    /// Gives the program to a worker and returns once that has taken it up.
    ///
    /// What is wrong with the job's files or variables is no error here; `wait` reports it. After an error, another
    /// start of the same execution tries again.
    public func start(_ request: ExecutionRequest) async throws(ExecutorError) {
        let parameters = try Self.parameters(of: request)
        try Self.checkMemory(request.resources)
        let id = request.executionID
        let (run, isNew, digests) = state.withLock { state -> (Run, Bool, [String: String]) in
            if let run = state.runs[id] { return (run, false, [:]) }
            state.lastTaskID += 1
            let run = Run(taskID: state.lastTaskID)
            state.runs[id] = run
            return (run, true, state.digests[id] ?? [:])
        }
        if isNew {
            do throws(WasmFailure) {
                let job = try WasmJob(request, parameters, digests: digests)
                try submit(job, of: run, log: request.log)
            } catch {
                run.began.raise(.success(()))
                run.ended.raise(ExitReport(exitCode: -1, errorMessage: error.reason, hint: error.hint))
            }
        }
        switch await run.began.wait() {
        case nil: throw .cancelled
        case .success?: return
        case .failure(let error)?:
            // Forgotten, so that starting it again tries again.
            state.withLock { if $0.runs[id]?.taskID == run.taskID { $0.runs[id] = nil } }
            throw error
        }
    }

    private func submit(_ job: WasmJob, of run: Run, log: any ExecutionLogWriter) throws(WasmFailure) {
        let request = WasmWorkerRequest.run(job).encoded()
        guard request.count <= WasmFrame.contentBytesMax else {
            throw WasmFailure(
                "the program's arguments, variables and paths take \(request.count) bytes; at most "
                    + "\(WasmFrame.contentBytesMax) are allowed", hint: "Pass large values in an input file.")
        }
        let (began, ended, stopReason) = (run.began, run.ended, run.stopReason)
        let task = WorkerTask(id: run.taskID, request: request, log: log) { event in
            switch event {
            case .began: began.raise(.success(()))
            case .ended(.notStarted(let failure)), .ended(.reply(.unavailable(let failure))):
                began.raise(.failure(.unavailable(reason: failure.reason, hint: failure.hint)))
                ended.raise(ExitReport(exitCode: -1, errorMessage: failure.reason, hint: failure.hint))
            case .ended(.died(let how)) where began.value == nil:
                let reason = "the WASM worker ended before it took up the program: \(how)"
                began.raise(.failure(.unavailable(reason: reason, hint: "See the node's standard error.")))
                ended.raise(ExitReport(exitCode: -1, errorMessage: reason))
            case .ended(let end):
                ended.raise(Self.report(of: end, stopReason: stopReason.value))
                began.raise(.success(()))
            }
        }
        pool.submit(task)
    }

    /// Always `false`: workers do not outlive the node.
    public func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool { false }

    /// Waits for the program's end.
    public func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport {
        guard let run = state.withLock({ $0.runs[id] }) else { throw .notFound(id) }
        guard let report = await run.ended.wait() else { throw .cancelled }
        return report
    }

    /// Interrupts the program and kills its worker after `grace`, or ``Configuration/stopGraceMax`` where that is
    /// shorter. Waits for the end even in a cancelled task.
    public func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async {
        guard let run = state.withLock({ $0.runs[id] }), run.ended.value == nil else { return }
        run.stopReason.raise(reason)
        pool.stop(run.taskID, grace: min(grace, configuration.stopGraceMax))
        await run.ended.waitUncancelled()
    }

    /// Kills a program that still runs, and forgets the run. Compiled modules stay in the cache.
    public func cleanUp(_ id: ExecutionID) async {
        await stop(id, reason: .cancelled, grace: .zero)
        state.withLock { state in
            state.runs[id] = nil
            state.digests[id] = nil
        }
    }

    /// Nothing to do: workers do not outlive the node, and the folders are the caller's.
    public func removeLeftovers(except known: Set<ExecutionID>) async {}

    // MARK: - Parts

    /// Has a worker do something that is no run; `nil` when the calling task is cancelled, which kills the worker.
    private func perform(_ request: WasmWorkerRequest) async -> WorkerEnd? {
        let request = request.encoded()
        let id = state.withLock { state -> UInt64 in
            state.lastTaskID += 1
            return state.lastTaskID
        }
        let end = AsyncSignal<WorkerEnd>()
        pool.submit(
            WorkerTask(id: id, request: request, log: nil) { event in
                if case .ended(let value) = event { end.raise(value) }
            })
        let value = await end.wait()
        if value == nil { pool.stop(id, grace: .zero) }
        return value
    }

    private static func parameters(of request: ExecutionRequest) throws(ExecutorError) -> WasmParameters {
        guard let engine = request.task.engine else { throw .rejected(reason: "the task names no engine", hint: "") }
        return try WasmParameters(engine)
    }

    private static func checkMemory(_ resources: Resources) throws(ExecutorError) {
        guard resources.memoryBytes > WasmJob.memoryBytesLimit else { return }
        throw .rejected(
            reason: "\(resources.memoryBytes) bytes of memory exceed what a WASM program can address, "
                + "\(WasmJob.memoryBytesLimit) bytes", hint: "Ask for at most 4 GiB in the task's Resources.")
    }
}

/// Tells whether the files that a worker is made of are those that worked before.
private struct EngineIdentity: Hashable {
    private let files: [[Int]]

    init?(_ launch: WorkerLaunch) {
        var files: [[Int]] = []
        for path in [launch.library, launch.executable] {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            files.append([
                Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
                status.st_mtim.tv_nsec,
            ])
        }
        self.files = files
    }
}
