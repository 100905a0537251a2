import BacalhauModel
import BacalhauSupport

/// Takes one execution through its phases: check, prepare, run, publish, each with a deadline of its own.
struct ExecutionRunner: Sendable {
    let node: ComputeNode.Parts
    let execution: Execution
    let job: Job
    let stop: AsyncSignal<Void>

    var id: ExecutionID { execution.id }
    var task: Job.Task { job.task }
    var demand: Resources { execution.allocatedResources[task.name] ?? node.settings.defaultResources }

    /// Why an execution ends before its result.
    enum Ending: Error, Sendable {
        case refused(String, isRetryable: Bool)
        case failed(Event.Topic, String, hint: String, cause: FailureCause, exitCode: Int64)
        case cancelled
    }

    /// What has to be released at the end.
    struct Prepared: Sendable {
        var inputs: [PreparedInput] = []
        var modules: [PreparedInput] = []
    }

    /// Runs the execution to its end. `isStarted`: its workload was started before this process.
    ///
    /// What it used is released by `cleanUp`, so that nobody has to wait for that.
    func run(isStarted: Bool) async -> (content: ExecutionReport.Content, prepared: Prepared) {
        let log: ExecutionLog
        do throws(LogError) {
            log = try node.logs.open(id)
        } catch {
            return (.refused(reason: "the log cannot be opened: \(error)", isRetryable: true), Prepared())
        }
        var prepared = Prepared()
        let content: ExecutionReport.Content
        do throws(Ending) {
            let executor = try executor()
            let report: ExitReport
            if isStarted {
                let request = request(prepared, log: log)
                guard (try? await executor.attach(request)) == true else {
                    throw Ending.failed(
                        .runningExecution, "the node was restarted while the execution ran", hint: "",
                        cause: .infrastructure, exitCode: -1)
                }
            } else {
                prepared = try await prepare(executor, log: log)
                if executor.hasPreparation { try await note(.started) }
                try await start(executor, request(prepared, log: log))
            }
            report = try await wait(executor)
            log.finish()
            guard report.errorMessage.isEmpty else {
                throw Ending.failed(
                    .runningExecution, "execution error: \(report.errorMessage)", hint: report.hint, cause: .workload,
                    exitCode: report.exitCode)
            }
            let output = output(of: log, exitCode: report.exitCode, error: "")
            content = .completed(output, published: try await publish(exitCode: report.exitCode))
        } catch {
            // A node that is told to stop leaves the workload running, and its log to the next process.
            if !Task.isCancelled { log.finish() }
            content = describe(error, log: log)
        }
        return (content, prepared)
    }

    // MARK: Phases

    private func prepare(_ executor: any Executor, log: any ExecutionLogWriter) async throws(Ending) -> Prepared {
        guard executor.hasPreparation || !task.inputSources.isEmpty || !task.publisher.isEmpty else {
            return Prepared()
        }
        let end = await race(deadline: node.settings.prepareTimeout, stop: stop) { () -> Result<Prepared, Ending> in
            do throws(Ending) {
                let prepared = try await fetchInputs(executor)
                do throws(ExecutorError) {
                    try await executor.prepare(request(prepared, log: log))
                } catch {
                    throw Ending.failed(
                        .preparingEnvironment, error.description, hint: error.hint,
                        cause: FailureCause(isRetryable: error.isRetryable),
                        exitCode: -1)
                }
                return .success(prepared)
            } catch {
                return .failure(error)
            }
        }
        switch end {
        case .finished(let result): return try result.get()
        case .stopped: throw .cancelled
        case .deadline:
            throw .failed(
                .preparingEnvironment,
                "preparing took longer than \(node.settings.prepareTimeout.components.seconds) seconds",
                hint: "Use smaller inputs, or have the node's prepare timeout raised.", cause: .node, exitCode: -1)
        }
    }

    private func fetchInputs(_ executor: any Executor) async throws(Ending) -> Prepared {
        var prepared = Prepared()
        do {
            try node.directories.create(for: id, results: task.resultPaths)
            for (index, input) in task.inputSources.enumerated() {
                prepared.inputs.append(try await fetch(input, number: index))
            }
            for (index, module) in try executor.moduleSources(of: task).enumerated() {
                prepared.modules.append(try await fetch(module, number: task.inputSources.count + index))
            }
        } catch let ending as Ending {
            throw ending
        } catch let error as StorageError {
            throw .failed(
                .downloadingInputs, error.description, hint: error.hint,
                cause: FailureCause(isRetryable: error.isRetryable), exitCode: -1)
        } catch {
            throw .failed(.preparingEnvironment, "\(error)", hint: "", cause: .node, exitCode: -1)
        }
        return prepared
    }

    private func fetch(_ input: InputSource, number: Int) async throws -> PreparedInput {
        guard let source = input.source else { throw Ending.refused("an input has no source", isRetryable: false) }
        let directory = try node.directories.createInput(number, of: id)
        return try await storage(source).prepare(input, in: directory, bytesMax: node.settings.inputBytesMax)
    }

    private func start(_ executor: any Executor, _ request: ExecutionRequest) async throws(Ending) {
        do {
            try await executor.start(request)
        } catch {
            throw .failed(
                .runningExecution, error.description, hint: error.hint,
                cause: FailureCause(isRetryable: error.isRetryable), exitCode: -1)
        }
    }

    private func wait(_ executor: any Executor) async throws(Ending) -> ExitReport {
        let wanted = task.timeouts.effectiveExecution ?? node.settings.runTimeout
        let limit =
            job.kind?.isLongRunning == true ? nil : node.settings.selection.longestRun(of: job, wanted: wanted)
        let end = await race(deadline: limit, stop: stop) { await result(of: executor) }
        switch end {
        case .finished(.success(let report)): return report
        case .finished(.failure(let error)):
            throw .failed(
                .runningExecution, error.description, hint: error.hint,
                cause: FailureCause(isRetryable: error.isRetryable), exitCode: -1)
        case .stopped:
            await executor.stop(id, reason: .cancelled, grace: node.settings.stopGrace)
            _ = await result(of: executor)
            throw .cancelled
        case .deadline:
            await executor.stop(id, reason: .deadline, grace: node.settings.stopGrace)
            let report = try? await result(of: executor).get()
            throw .failed(
                .executionTimeout,
                "Execution timed out. Execution took longer than \(DurationText.goStyle(seconds: limit?.components.seconds ?? 0))",
                hint: "Increase the task's execution timeout, or the resources it asks for.", cause: .workload,
                exitCode: report?.exitCode ?? -1)
        }
    }

    private func result(of executor: any Executor) async -> Result<ExitReport, ExecutorError> {
        do throws(ExecutorError) { return .success(try await executor.wait(for: id)) } catch { return .failure(error) }
    }

    private func publish(exitCode: Int64) async throws(Ending) -> SpecConfig {
        guard !task.publisher.isEmpty else { return .empty }
        let end = await race(deadline: node.settings.publishTimeout, stop: stop) { () -> Result<SpecConfig, Ending> in
            do {
                try await node.directories.writeOutput(from: node.logs, exitCode: exitCode, for: id)
                let publisher = try publisher()
                return .success(
                    try await publisher.publish(
                        node.directories.results(of: id), of: id, job: job.id, to: task.publisher))
            } catch let error as PublisherError {
                return .failure(
                    .failed(
                        .publishingResults, error.description, hint: error.hint,
                        cause: FailureCause(isRetryable: error.isRetryable),
                        exitCode: exitCode))
            } catch {
                return .failure(
                    .failed(.publishingResults, "\(error)", hint: "", cause: .node, exitCode: exitCode))
            }
        }
        switch end {
        case .finished(let result): return try result.get()
        case .stopped: throw .cancelled
        case .deadline:
            throw .failed(
                .publishingResults, "publishing took too long", hint: "", cause: .node, exitCode: exitCode)
        }
    }

    /// Releases everything, unless the node itself is stopping: then the next start takes it over.
    func cleanUp(_ prepared: Prepared) async {
        if Task.isCancelled { return }
        if let executor = try? executor() { await executor.cleanUp(id) }
        for input in prepared.inputs + prepared.modules {
            if let source = input.source.source, let provider = try? storage(source) { await provider.cleanUp(input) }
        }
        await node.directories.remove(id)
    }

    // MARK: Parts

    private func request(_ prepared: Prepared, log: any ExecutionLogWriter) -> ExecutionRequest {
        var environment = task.env
        environment["BACALHAU_EXECUTION_ID"] = id.rawValue
        environment["BACALHAU_JOB_ID"] = job.id.rawValue
        environment["BACALHAU_JOB_TYPE"] = job.type
        environment["BACALHAU_PARTITION_INDEX"] = String(execution.partitionIndex)
        // Ops and daemon jobs have no partitions: v1.9.3 says 0.
        let isPartitioned = job.kind == .batch || job.kind == .service
        environment["BACALHAU_PARTITION_COUNT"] = String(isPartitioned ? job.count : 0)
        return ExecutionRequest(
            executionID: id, jobID: job.id, task: task, environment: environment, inputs: prepared.inputs,
            modules: prepared.modules,
            resources: demand,
            scratchDirectory: node.directories.scratch(of: id), resultsDirectory: node.directories.results(of: id),
            log: log)
    }

    func executor() throws(Ending) -> any Executor {
        guard let found = node.executors[task.engine?.normalizedType ?? ""] else {
            throw .refused("this node does not support \(task.engine?.type ?? "")", isRetryable: false)
        }
        return found
    }

    func storage(_ source: Source) throws(Ending) -> any StorageProvider {
        guard let found = node.storages[source.normalizedType] else {
            throw .refused("this node does not support the source \(source.type)", isRetryable: false)
        }
        return found
    }

    func publisher() throws(Ending) -> any ResultPublisher {
        guard let found = node.publishers[task.publisher.normalizedType] else {
            throw .refused("this node does not support the publisher \(task.publisher.type)", isRetryable: false)
        }
        return found
    }

    private func note(_ phase: ComputeStore.Phase) async throws(Ending) {
        do {
            try await node.store.setPhase(phase, of: id)
        } catch {
            throw .failed(.preparingEnvironment, error.message, hint: error.hint, cause: .node, exitCode: -1)
        }
    }

    // MARK: Reports

    private func describe(_ ending: Ending, log: ExecutionLog) -> ExecutionReport.Content {
        switch ending {
        case .refused(let reason, let isRetryable): return .refused(reason: reason, isRetryable: isRetryable)
        case .cancelled: return .cancelled(output: output(of: log, exitCode: 0xFFFF_FFFF, error: "cancelled"))
        case .failed(let topic, let message, let hint, let cause, let exitCode):
            var details = [Event.Detail.isError: "true", Event.Detail.failsExecution: "true"]
            if !hint.isEmpty { details[Event.Detail.hint] = hint }
            if cause != .workload { details[Event.Detail.retryable] = "true" }
            let event = Event(topic: topic, message: message, timestamp: node.clock.now(), details: details)
            return .failed(event, output: output(of: log, exitCode: exitCode, error: message), cause: cause)
        }
    }

    private func output(of log: ExecutionLog, exitCode: Int64, error: String) -> RunResult {
        log.runResult(exitCode: exitCode, errorMessage: error)
    }

    static func text(_ reason: String, _ hint: String) -> String {
        hint.isEmpty ? reason : "\(reason) (\(hint))"
    }
}
