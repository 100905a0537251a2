public import BacalhauModel
import BacalhauSupport
import Synchronization

/// Runs nothing, in any way a job asks for: with a delay, an exit code, output, or a failure at a chosen phase.
///
/// For measuring, for trying out a cluster, and as the double of a real engine in tests. Parameters, all optional:
/// `Delay` (seconds), `ExitCode`, `Stdout`, `Stderr`, `FailAt` (`check`, `prepare`, `start` or `run`), `Error` (the
/// message of that failure), `Retryable` (whether another attempt may help), `FailPartitions` (a list of the partitions
/// that fail, instead of all), `FailTimes` (how many attempts of each partition fail, instead of all; counted by this
/// process), `ShowEnvironment` (whether the variables of the system are written to the standard output). A failing
/// `check` knows nothing of partitions and attempts.
public final class NoopExecutor: Executor {
    /// `noop`.
    public let engineType = "noop"
    /// `false`: there is nothing to bring.
    public var hasPreparation: Bool { false }

    private struct Run: Sendable {
        let script: NoopScript
        let log: any ExecutionLogWriter
        let stop = AsyncSignal<StopReason>()
    }

    private let runs = Mutex<[ExecutionID: Run]>([:])
    /// How often each partition failed, of jobs that limit that.
    private let failures = Mutex<[String: Int]>([:])
    /// Beyond this many partitions counting begins anew.
    private static let failureCountMax = 10_000

    /// Makes an executor without any runs.
    public init() {}

    /// Always available.
    public func availability() async -> Availability { .available }

    /// Checks the parameters, and fails when `FailAt` is `check`.
    public func check(_ task: Job.Task) async throws(ExecutorError) {
        try NoopScript(task).fail(at: "check")
    }

    /// Does nothing, or fails when `FailAt` is `prepare`.
    public func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {
        let script = try NoopScript(request.task)
        if script.failAt == "prepare", isToFail(script, request) { try script.fail(at: "prepare") }
    }

    /// Whether this attempt of this partition is one that fails; counts it then.
    private func isToFail(_ script: NoopScript, _ request: ExecutionRequest) -> Bool {
        let partition = request.environment["BACALHAU_PARTITION_INDEX"] ?? "0"
        if let only = script.failPartitions, !only.contains(partition) { return false }
        guard let limit = script.failTimes else { return true }
        return failures.withLock { failures in
            if failures.count >= NoopExecutor.failureCountMax { failures = [:] }
            let key = "\(request.jobID)/\(partition)"
            failures[key, default: 0] += 1
            return failures[key, default: 0] <= limit
        }
    }

    /// Notes the run, or fails when `FailAt` is `start`. Time and output begin with `wait`.
    public func start(_ request: ExecutionRequest) async throws(ExecutorError) {
        var script = try NoopScript(request.task)
        if script.failAt == "start" || script.failAt == "run" {
            if !isToFail(script, request) { script.failAt = "" }
            try script.fail(at: "start")
        }
        if script.showsEnvironment { script.stdout += NoopScript.text(of: request.environment) }
        runs.withLock { runs in
            if runs[request.executionID] == nil {
                runs[request.executionID] = Run(script: script, log: request.log)
            }
        }
    }

    /// Finds runs of this process only; none outlives it.
    public func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool {
        runs.withLock { $0[request.executionID] != nil }
    }

    /// Writes the output, then waits for the delay. A run that is stopped has v1.4.0's exit code for a deadline
    /// (0xEFFFFFFF) or a cancellation (0xFFFFFFFF).
    public func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport {
        guard let run = runs.withLock({ $0[id] }) else { throw .notFound(id) }
        run.script.write(to: run.log)
        if run.script.delay > .zero, let reason = try await stopped(run) {
            return ExitReport(exitCode: reason == .deadline ? 0xEFFF_FFFF : 0xFFFF_FFFF)
        }
        if run.script.failAt == "run" {
            return ExitReport(exitCode: run.script.exitCode, errorMessage: run.script.error)
        }
        return ExitReport(exitCode: run.script.exitCode)
    }

    /// Waits for the delay to pass or for a stop, whichever is first.
    private func stopped(_ run: Run) async throws(ExecutorError) -> StopReason? {
        let reason = await withTaskGroup(of: StopReason?.self) { group in
            group.addTask { await run.stop.wait() }
            group.addTask {
                try? await Task.sleep(for: run.script.delay)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if Task.isCancelled, reason == nil { throw .cancelled }
        return reason
    }

    /// Ends the delay at once; `grace` means nothing here, and the call does not wait.
    public func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async {
        runs.withLock { $0[id] }?.stop.raise(reason)
    }

    /// Forgets the run.
    public func cleanUp(_ id: ExecutionID) async { _ = runs.withLock { $0.removeValue(forKey: id) } }

    /// Nothing to do: runs end with the process.
    public func removeLeftovers(except known: Set<ExecutionID>) async {}
}

/// What a noop task is to pretend.
struct NoopScript: Sendable {
    var delay: Duration = .zero
    var exitCode: Int64 = 0
    var stdout = ""
    var stderr = ""
    var failAt = ""
    var error = "failed as asked"
    var isRetryable = false
    /// `nil` is all.
    var failPartitions: Set<String>?
    /// `nil` is always.
    var failTimes: Int64?
    var showsEnvironment = false

    init(_ task: Job.Task) throws(ExecutorError) {
        let params = task.engine?.params ?? [:]
        func wrong(_ name: String, _ expected: String) -> ExecutorError {
            .rejected(reason: "noop parameter \(name) must be \(expected)", hint: "")
        }
        switch params.member("Delay") {
        case nil, .null?: break
        case .integer(let seconds)? where (0...86_400).contains(seconds): delay = .seconds(seconds)
        case .double(let seconds)? where (0...86_400).contains(seconds): delay = .seconds(seconds)
        default: throw wrong("Delay", "a number of seconds up to one day")
        }
        switch params.member("ExitCode") {
        case nil, .null?: break
        case .integer(let code)?: exitCode = code
        default: throw wrong("ExitCode", "a whole number")
        }
        stdout = params.member("Stdout")?.string ?? ""
        stderr = params.member("Stderr")?.string ?? ""
        failAt = params.member("FailAt")?.string?.lowercased() ?? ""
        if let text = params.member("Error")?.string { error = text }
        isRetryable = params.member("Retryable") == .bool(true)
        showsEnvironment = params.member("ShowEnvironment") == .bool(true)
        switch params.member("FailTimes") {
        case nil, .null?: break
        case .integer(let times)?: failTimes = times
        default: throw wrong("FailTimes", "a whole number")
        }
        guard let list = params.member("FailPartitions"), !list.isNull else { return }
        var partitions: Set<String> = []
        for item in list.array ?? [.null] {
            guard case .integer(let index) = item else { throw wrong("FailPartitions", "a list of whole numbers") }
            partitions.insert(String(index))
        }
        failPartitions = partitions
    }

    /// The variables that the system sets, a line each, in the order of their names.
    static func text(of environment: [String: String]) -> String {
        environment.filter { $0.key.hasPrefix("BACALHAU_") }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)\n" }.joined()
    }

    func fail(at phase: String) throws(ExecutorError) {
        guard failAt == phase else { return }
        throw isRetryable ? .unavailable(reason: error, hint: "") : .rejected(reason: error, hint: "")
    }

    func write(to log: any ExecutionLogWriter) {
        for (stream, text) in [(StandardStream.stdout, stdout), (.stderr, stderr)] where !text.isEmpty {
            var copy = text
            copy.withUTF8 { log.append(stream, UnsafeRawBufferPointer($0)) }
        }
    }
}
