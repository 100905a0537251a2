import FoundationEssentials
import Glibc

extension WasmExecutor {
    /// Where the engine finds what it needs, and its limits.
    public struct Configuration: Sendable {
        /// The wasmtime library. Without it: `BACALHAU_WASMTIME_LIBRARY`, a folder `lib` beside or above the
        /// executable's, `/usr/local/lib/bacalhau`, `/usr/lib/bacalhau`.
        public var libraryPath: String?
        /// The executable whose sub-command ``WasmWorker/command`` runs programs. Without it: this process's own when
        /// it is `bacalhau-node`, the one beside it, one in `PATH`, `BACALHAU_NODE_EXECUTABLE`.
        public var workerExecutable: String?
        /// A folder for compiled modules of this user alone (mode 0700); created when its parent exists.
        public var cacheDirectory: String
        /// The most bytes in that folder; what was used longest ago is removed first.
        public var cacheBytesMax: UInt64
        /// The most programs at once; more are refused as a passing condition.
        public var workersMax: Int
        /// The most workers that are kept without work; as many as there are processor cores unless given.
        public var idleWorkersMax: Int
        /// How long a worker is kept without work.
        public var idleDuration: Duration
        /// The longest time between an interruption and killing the worker, whatever `stop` allows: a program does
        /// not notice the interruption, so that waiting for it has no use.
        public var stopGraceMax: Duration

        /// Makes a configuration; only the folder has no default.
        public init(
            cacheDirectory: String, libraryPath: String? = nil, workerExecutable: String? = nil,
            cacheBytesMax: UInt64 = 1 << 30, workersMax: Int = 256,
            idleWorkersMax: Int? = nil,
            idleDuration: Duration = .seconds(60), stopGraceMax: Duration = .milliseconds(250)
        ) {
            self.cacheDirectory = cacheDirectory
            self.libraryPath = libraryPath
            self.workerExecutable = workerExecutable
            self.cacheBytesMax = cacheBytesMax
            self.workersMax = workersMax
            self.idleWorkersMax = idleWorkersMax ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            self.idleDuration = idleDuration
            self.stopGraceMax = stopGraceMax
        }
    }
}

extension WasmExecutor.Configuration {
    private static let libraryName = "_libwasmtime.so"
    private static let executableName = "bacalhau-node"
    /// What a worker gets of this process's variables: enough to load libraries, nothing secret.
    private static let inheritedVariables = [
        "PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "HOME", "LLVM_PROFILE_FILE", "ASAN_OPTIONS",
        "TSAN_OPTIONS",
    ]

    /// How to start a worker now; looked up anew each time, so that installing the library needs no restart.
    func launch() -> Result<WorkerLaunch, WasmFailure> {
        let environment = ProcessInfo.processInfo.environment
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let libraries = libraryCandidates(environment, own: own)
        guard let library = libraries.first(where: { access($0, R_OK) == 0 }) else {
            return .failure(
                WasmFailure(
                    "wasmtime is not installed: looked for \(libraries.joined(separator: ", "))",
                    hint: "Run scripts/fetch-wasmtime with one of these folders, or name the library in the "
                        + "configuration or in BACALHAU_WASMTIME_LIBRARY."))
        }
        let executables = executableCandidates(environment, own: own)
        guard let executable = executables.first(where: { access($0, X_OK) == 0 }) else {
            return .failure(
                WasmFailure(
                    "the executable \(Self.executableName), which runs WASM programs, is not found",
                    hint: "Put it beside this program or into PATH, or name it in BACALHAU_NODE_EXECUTABLE."))
        }
        return .success(
            WorkerLaunch(
                executable: executable, library: library, cacheDirectory: cacheDirectory,
                cacheBytesMax: cacheBytesMax,
                environment: environment.filter { Self.inheritedVariables.contains($0.key) }))
    }

    private func libraryCandidates(_ environment: [String: String], own: String) -> [String] {
        // A place that is named is the only one: a typing error must not end in another library.
        if let libraryPath { return [libraryPath] }
        if let named = environment["BACALHAU_WASMTIME_LIBRARY"], !named.isEmpty { return [named] }
        let folder = Self.folder(of: own)
        return [folder + "/lib", Self.folder(of: folder) + "/lib", "/usr/local/lib/bacalhau", "/usr/lib/bacalhau"]
            .map { $0 + "/" + Self.libraryName }
    }

    private func executableCandidates(_ environment: [String: String], own: String) -> [String] {
        if let workerExecutable { return [workerExecutable] }
        if own.hasSuffix("/" + Self.executableName) { return [own] }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let named = environment["BACALHAU_NODE_EXECUTABLE"].map { [$0] } ?? []
        return ([Self.folder(of: own)] + path).map { $0 + "/" + Self.executableName } + named
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
