import BacalhauModel

extension WasmExecutor {
    /// What a run reports of how its task ended; exit codes are v1.4.0's.
    static func report(of end: WorkerEnd, stopReason: StopReason?) -> ExitReport {
        switch end {
        case .reply(.exited(let code)): return ExitReport(exitCode: Int64(code))
        case .reply(.returned): return ExitReport(exitCode: -1)
        case .reply(.trapped(let message)):
            return ExitReport(
                exitCode: 1, errorMessage: message, hint: "The program itself failed; its stderr may say more.")
        case .stopped where stopReason != nil, .reply(.interrupted) where stopReason != nil:
            return ExitReport(exitCode: stopReason == .deadline ? deadlineExitCode : cancelledExitCode)
        default:
            let failure = failure(of: end)
            return ExitReport(exitCode: -1, errorMessage: failure.reason, hint: failure.hint)
        }
    }

    private static let cancelledExitCode: Int64 = 0xFFFF_FFFF
    private static let deadlineExitCode: Int64 = 0xEFFF_FFFF

    /// Why a task did not bring what was wanted; `nil` stands for a task that was cancelled.
    static func failure(of end: WorkerEnd?) -> WasmFailure {
        switch end {
        case .reply(.failed(let failure)), .reply(.unavailable(let failure)), .notStarted(let failure): failure
        case .died(let how):
            WasmFailure(
                "the worker process ended before the program did: \(how)",
                hint: "If memory ran out on this machine, ask for less or run elsewhere; otherwise try again.")
        case .stopped, .reply(.interrupted): WasmFailure("the program was stopped")
        case .reply: WasmFailure("the worker answered something else than it was asked")
        case nil: WasmFailure("the question was cancelled")
        }
    }
}

extension WasmJob {
    /// - Throws: what is missing, or which paths collide.
    init(
        _ request: ExecutionRequest, _ parameters: WasmParameters, digests: [String: String]
    ) throws(WasmFailure) {
        modules = try WasmModuleSet(request, parameters, digests: digests)
        entryPoint = parameters.entryPoint
        arguments = parameters.arguments
        environment = request.environment.merging(parameters.environment) { _, engine in engine }
            .sorted { $0.key < $1.key }.map { Variable(name: $0.key, value: $0.value) }
        for variable in environment where variable.name.utf8.contains(0) || variable.value.utf8.contains(0) {
            throw WasmFailure(
                "the environment variable \"\(variable.name)\" contains a zero byte",
                hint: "Encode binary values, for example in base64.")
        }
        files = try WasmFilePlan(request)
        let memory = request.resources.memoryBytes
        memoryBytesMax = memory == 0 ? Self.memoryBytesLimit : memory.roundedUp(to: Self.pageBytes)
    }
}

extension UInt64 {
    fileprivate func roundedUp(to unit: UInt64) -> UInt64 { (self + unit - 1) / unit * unit }
}

extension WasmModuleSet {
    /// Longer aliases cannot be imported.
    static let aliasBytesMax = 4096

    /// Finds the files of the modules that the parameters name.
    ///
    /// - Throws: which one is missing.
    init(
        _ request: ExecutionRequest, _ parameters: WasmParameters, digests: [String: String]
    ) throws(WasmFailure) {
        func module(_ alias: String, _ path: String) -> Module {
            // The command line gives inline modules their whole data URL as alias, megabytes that nothing imports.
            Module(alias: alias.utf8.count <= Self.aliasBytesMax ? alias : "", path: path, digest: digests[path] ?? "")
        }
        var fetched = request.modules.makeIterator()
        var modules: [Module] = []
        for reference in [parameters.entryModule] + parameters.importModules {
            switch reference {
            case .source(let source):
                guard let found = fetched.next() else {
                    throw WasmFailure("a module of the job was not fetched", hint: "This is a fault of the node.")
                }
                modules.append(module(source.alias, found.hostPath))
            case .target(let target):
                guard let found = request.inputs.first(where: { $0.isAt(target) }) else {
                    throw WasmFailure(
                        "no input of the task has the target \"\(target)\", which is named as a module",
                        hint: "Add an input source with this Target, or name the module by its source.")
                }
                modules.append(module(target, found.hostPath))
            }
        }
        entry = modules.removeFirst()
        imports = modules
        candidates = request.inputs.flatMap { input in
            // v1.4.0 goes by alias, v1.9.3 by path.
            Set([input.source.alias, input.source.target, input.target]).filter { !$0.isEmpty }.sorted()
                .map { module($0, input.hostPath) }
        }
    }
}

extension PreparedInput {
    /// Whether `path` is where the job or the source puts this input; with or without a leading slash is the same.
    fileprivate func isAt(_ path: String) -> Bool {
        guard let wanted = try? WasmFilePlan.guestPath(path, of: "module") else { return false }
        return [target, source.target].contains { (try? WasmFilePlan.guestPath($0, of: "input")) == wanted }
    }
}
