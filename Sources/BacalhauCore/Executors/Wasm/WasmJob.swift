/// What a worker is asked for.
enum WasmWorkerRequest: Hashable, Sendable {
    /// Whether the engine works.
    case probe
    /// Compiles whatever the job will need and is not compiled yet.
    case prepare(WasmModuleSet)
    case run(WasmJob)
}

/// The modules of a job and where a missing one may be found.
struct WasmModuleSet: Hashable, Sendable {
    /// A module on this machine: a file, or a folder that holds exactly one.
    struct Module: Hashable, Sendable {
        /// The name under which others import it; may be empty.
        var alias: String
        var path: String
        /// The SHA-256 of its bytes in hexadecimal digits when that is known already, otherwise empty.
        var digest: String = ""
    }

    var entry: Module
    /// Instantiated before the entry module, in this order.
    var imports: [Module]
    /// Inputs of the task that become modules only when another imports their alias.
    var candidates: [Module]
}

/// One run of a program.
struct WasmJob: Hashable, Sendable {
    struct Variable: Hashable, Sendable {
        var name: String
        var value: String
    }

    var modules: WasmModuleSet
    var entryPoint: String
    /// From index 1.
    var arguments: [String]
    /// In the order in which the program sees them.
    var environment: [Variable]
    var files: WasmFilePlan
    /// The most memory of each module in bytes.
    var memoryBytesMax: UInt64

    /// As much as 32-bit addresses reach.
    static let memoryBytesLimit: UInt64 = 1 << 32
    static let pageBytes: UInt64 = 1 << 16
}

/// How a worker's task ended.
enum WasmWorkerReply: Hashable, Sendable {
    /// The engine works.
    case ready
    /// The digest of each module's path.
    case prepared([String: String])
    /// The program called `proc_exit`.
    case exited(UInt32)
    /// The entry point returned.
    case returned
    /// The program broke a rule of WebAssembly.
    case trapped(String)
    /// It was interrupted from outside.
    case interrupted
    /// It could not be run as asked.
    case failed(WasmFailure)
    /// The engine cannot work on this machine.
    case unavailable(WasmFailure)

    /// Whether the worker is as good as new afterwards.
    var isClean: Bool {
        switch self {
        case .ready, .prepared, .exited, .returned: true
        case .trapped, .interrupted, .failed, .unavailable: false
        }
    }
}
