import CWasmtime
import Glibc

/// One run of a program in a store of its own.
struct WasmRun {
    let runtime: WasmRuntime
    let cache: ModuleCache
    let job: WasmJob
    let output: WasmOutput

    private typealias Graph = ModuleGraph<WasmModule>

    /// Runs the program to its end.
    ///
    /// - Throws: why it could not be run as asked.
    func perform() throws(WasmFailure) -> WasmWorkerReply {
        let modules = try Self.resolve(job.modules, in: cache) { _, _ in }
        if job.files.usesRoot { try RootFolder.build(job.files) }
        let wall = MemoryWall(extraBytes: UInt64(modules.count) * job.memoryBytesMax)
        defer { wall.remove() }
        guard let store = wt_store_new(runtime.engine), let context = wt_store_context(store) else {
            throw WasmFailure("there is no memory for the program")
        }
        defer { wt_store_delete(store) }
        let limit = Int64(clamping: job.memoryBytesMax)
        wt_store_limiter(store, limit, Self.tableElementsMax, Int64(WasmParameters.modulesMax), Self.tablesMax, -1)
        try configure(context)
        // One tick is the interruption. Set before the question whether it has come already: none is lost.
        wt_context_set_epoch_deadline(context, 1)
        guard !WorkerInterrupt.isRequested else { return .interrupted }
        return try run(modules, in: context)
    }

    /// Bounds what tables may take of the host's memory: 8 bytes for each element.
    private static let tableElementsMax: Int64 = 4 << 20
    private static let tablesMax: Int64 = 256

    /// The modules of a job in the order in which they are instantiated; tells `found` each one's digest.
    static func resolve(
        _ modules: WasmModuleSet, in cache: ModuleCache,
        found: @escaping (_ path: String, _ digest: String) -> Void
    ) throws(WasmFailure) -> [ModuleGraph<WasmModule>.Node] {
        try Graph.resolve(modules) { (module) throws(WasmFailure) in
            let result: (module: WasmModule, digest: String)
            do throws(WasmFailure) {
                result = try cache.module(at: module.path, digest: module.digest)
            } catch {
                let name = module == modules.entry ? "entry module" : "module \"\(module.alias)\""
                throw WasmFailure("\(name): \(error.reason)", hint: error.hint)
            }
            found(module.path, result.digest)
            return result.module
        } imports: {
            $0.imports.map { ($0.module, $0.name) }
        }
    }

    // MARK: - What the program sees

    private func configure(_ context: OpaquePointer) throws(WasmFailure) {
        guard let config = wt_wasi_new() else { throw WasmFailure("there is no memory for the program") }
        var isTaken = false
        defer { if !isTaken { wt_wasi_delete(config) } }
        let arguments = CStrings([""] + job.arguments)
        let names = CStrings(job.environment.map(\.name))
        let values = CStrings(job.environment.map(\.value))
        guard wt_wasi_set_argv(config, arguments.count, &arguments.pointers) else {
            throw WasmFailure("an argument is not valid text", hint: "Arguments must be UTF-8.")
        }
        guard wt_wasi_set_env(config, names.count, &names.pointers, &values.pointers) else {
            throw WasmFailure("an environment variable is not valid text", hint: "Variables must be UTF-8.")
        }
        output.attach(to: config)
        if job.files.usesRoot { try open(job.files.root, as: "/", isWritable: false, in: config) }
        for folder in job.files.folders {
            try open(folder.hostPath, as: folder.guestPath, isWritable: folder.isWritable, in: config)
        }
        let message = wasmtimeError(wt_context_set_wasi(context, config))
        isTaken = true
        if let message { throw WasmFailure("WASI cannot be set up: \(message)") }
    }

    private func open(
        _ host: String, as guest: String, isWritable: Bool, in config: OpaquePointer
    ) throws(WasmFailure) {
        guard wt_wasi_preopen_dir(config, host, guest, isWritable) else {
            throw WasmFailure("the folder for \(guest) cannot be opened")
        }
    }

    // MARK: - Running

    private func run(_ modules: [Graph.Node], in context: OpaquePointer) throws(WasmFailure) -> WasmWorkerReply {
        guard let entry = modules.last else { throw WasmFailure("the job has no module") }
        var instance = wt_instance_t()
        if modules.count == 1, let prepared = entry.loaded.prepared(by: runtime.linker) {
            var trap: OpaquePointer?
            let error = wt_instance_pre_instantiate(prepared, context, &instance, &trap)
            if let end = try instantiationEnd(error, trap) { return end }
        } else {
            guard let linker = wt_linker_clone(runtime.linker) else { throw WasmFailure("there is no memory") }
            defer { wt_linker_delete(linker) }
            for node in modules {
                var trap: OpaquePointer?
                let error = wt_linker_instantiate(linker, context, node.loaded.pointer, &instance, &trap)
                if let end = try instantiationEnd(error, trap) { return end }
                guard !node.alias.isEmpty else { continue }
                let alias = node.alias
                let failure = wasmtimeError(
                    wt_linker_define_instance(linker, context, alias, alias.utf8.count, &instance))
                if let failure { throw WasmFailure("the module \"\(alias)\" cannot be linked: \(failure)") }
            }
        }
        return try call(instance, in: context)
    }

    /// `nil` when the module was instantiated; a reply when its start section ended the program.
    private func instantiationEnd(_ error: OpaquePointer?, _ trap: OpaquePointer?) throws(WasmFailure)
        -> WasmWorkerReply?
    {
        if let trap { return end(trap: trap, message: nil) }
        guard let message = wasmtimeError(error) else { return nil }
        if message.contains("exceeds memory limits") {
            throw WasmFailure(
                "the program needs more memory than it may have: \(message.firstLine); the limit is "
                    + "\(job.memoryBytesMax / WasmJob.pageBytes) pages (\(job.memoryBytesMax) bytes)",
                hint: "Ask for more memory in the task's Resources.")
        }
        throw WasmFailure("the module cannot be instantiated: \(message)")
    }

    private func call(_ instance: wt_instance_t, in context: OpaquePointer) throws(WasmFailure) -> WasmWorkerReply {
        var instance = instance
        var item = wt_extern_t()
        let name = job.entryPoint
        guard wt_instance_export_get(context, &instance, name, name.utf8.count, &item) else {
            throw WasmFailure(
                "the entry module does not export \"\(name)\"",
                hint: "Name one of its exported functions as EntryPoint; programs usually have _start.")
        }
        defer { wt_extern_delete(&item) }
        guard Int(item.kind) == Int(WT_EXTERN_FUNC) else {
            throw WasmFailure("the entry module's export \"\(name)\" is not a function")
        }
        var parameters = 0
        var results = 0
        wt_func_arity(context, &item.of.func, &parameters, &results)
        guard parameters == 0 else {
            return .trapped("the function \"\(name)\" takes \(parameters) parameters; an entry point takes none")
        }
        // Results are ignored, as in v1.4.0.
        var values = [wt_val_t](repeating: wt_val_t(), count: results)
        var trap: OpaquePointer?
        let error = wt_func_call(context, &item.of.func, nil, 0, &values, results, &trap)
        let message = wasmtimeError(error)
        return trap == nil && message == nil ? .returned : end(trap: trap, message: message)
    }

    private func end(trap: OpaquePointer?, message: String?) -> WasmWorkerReply {
        let cause = trap.map(wasmtimeTrap)
        var code: UInt32 = 0
        if wt_take_exit_code(&code) { return .exited(code) }
        if let cause, cause.isInterrupt { return .interrupted }
        return .trapped(Self.causeFirst(cause?.message ?? message ?? "the program failed"))
    }

    /// wasmtime writes the call stack and then, under this heading, what happened; readers want the latter first.
    static func causeFirst(_ message: String) -> String {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        guard let heading = lines.lastIndex(of: "Caused by:") else { return message.trimmed }
        let cause = lines[(heading + 1)...].map { String($0).trimmed }.filter { !$0.isEmpty }.joined(separator: "; ")
        let stack = lines[..<heading].map { String($0).trimmed }.filter { !$0.isEmpty }.dropFirst()
        return stack.isEmpty ? cause : "\(cause)\ncall stack:\n" + stack.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmed: String { trimmingBlanks() }
    fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? self }
}

/// Strings for C, as long as this lives.
private final class CStrings {
    private var storage: [UnsafeMutablePointer<CChar>?]
    var pointers: [UnsafePointer<CChar>?]
    var count: Int { storage.count }

    init(_ strings: [String]) {
        storage = strings.map { strdup($0) }
        pointers = storage.map { UnsafePointer($0) }
    }

    deinit { for pointer in storage { free(pointer) } }
}
