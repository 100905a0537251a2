import BacalhauSupport
import BacalhauTestSupport
import CWasmtime
import FoundationEssentials
import Glibc
import Synchronization
import Testing

@testable import BacalhauCore

/// An executor with real workers and a folder of its own for one test.
final class WasmHarness: Sendable {
    let folder: String
    let executor: WasmExecutor
    private let lastNumber = Atomic(0)

    init(
        sharing cacheOf: WasmHarness? = nil, library: String? = nil, workersMax: Int = 16,
        cacheBytesMax: UInt64 = 1 << 30,
        idleDuration: Duration = .seconds(60), stopGraceMax: Duration = .milliseconds(50)
    ) throws {
        folder = try TestPlaces.makeDirectory()
        executor = WasmExecutor(
            WasmExecutor.Configuration(
                cacheDirectory: (cacheOf?.folder ?? folder) + "/cache", libraryPath: library ?? Self.library,
                workerExecutable: Self.node,
                cacheBytesMax: cacheBytesMax, workersMax: workersMax, idleDuration: idleDuration,
                stopGraceMax: stopGraceMax))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var cacheFolder: String { folder + "/cache" }

    // MARK: - Places

    private static let package = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    static let testData =
        ProcessInfo.processInfo.environment["BACALHAU_TESTDATA"]
        ?? package + "/../shared/testdata/bacalhau-v1.4.0"

    static let library =
        ProcessInfo.processInfo.environment["BACALHAU_WASMTIME_LIBRARY"]
        ?? package + "/.tools/wasmtime/_libwasmtime.so"

    /// Beside the test bundle, whose path is among the arguments of the test process.
    static let node: String = {
        for argument in CommandLine.arguments {
            let parts = argument.split(separator: "/")
            if let bundle = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) {
                return "/" + parts[..<bundle].joined(separator: "/") + "/bacalhau-node"
            }
        }
        return package + "/.build/debug/bacalhau-node"
    }()

    static func module(_ name: String) -> String { testData + "/wasm/\(name)/main.wasm" }

    // MARK: - Material

    /// Writes a file below the harness's folder and returns its path.
    func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let path = folder + "/" + name
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Compiles the text form of a module and returns its path.
    func module(_ name: String, _ text: String) throws -> String {
        var bytes = wt_bytes_t()
        let error = try Self.wat2wasm.withLock { _ in
            var reason = [CChar](repeating: 0, count: 512)
            try #require(wt_load(Self.library, &reason, reason.count))
            return wasmtimeError(wt_wat2wasm(text, text.utf8.count, &bytes))
        }
        try #require(error == nil, "\(error ?? "")")
        defer { wt_bytes_delete(&bytes) }
        return try file(name, UnsafeRawBufferPointer(start: bytes.data, count: bytes.size))
    }

    private static let wat2wasm = Mutex(())

    static func input(_ path: String, at target: String, alias: String = "", isWritable: Bool = false) -> PreparedInput
    {
        var isDirectory = stat()
        lstat(path, &isDirectory)
        return PreparedInput(
            source: InputSource(source: Source(type: "localDirectory"), alias: alias, target: target), hostPath: path,
            target: target, isDirectory: isDirectory.st_mode & 0o170000 == 0o040000, isReadOnly: !isWritable)
    }

    // MARK: - Running

    /// Makes a request with new folders. Changes to the task's parameters go into `params`.
    func request(
        _ module: String, _ arguments: [String] = [], environment: [String: String] = [:],
        inputs: [PreparedInput] = [], imports: [PreparedInput] = [], results: [ResultPath] = [],
        memory: UInt64 = 0, params: [String: JSONValue] = [:]
    ) throws -> (ExecutionRequest, RecordingLog) {
        let number = lastNumber.add(1, ordering: .relaxed).newValue
        let base = folder + "/e\(number)"
        for name in ["scratch"] + results.map({ "results/" + $0.name }) {
            try FileManager.default.createDirectory(atPath: base + "/" + name, withIntermediateDirectories: true)
        }
        let entry = Self.input(module, at: "")
        var engine = Engine(type: "wasm", params: ["EntryModule": Self.parameter(entry)])
        engine.params["Parameters"] = .array(arguments.map { .string($0) })
        engine.params["EnvironmentVariables"] = .object(environment.mapValues { .string($0) })
        engine.params["ImportModules"] = .array(imports.map(Self.parameter))
        engine.params.merge(params) { _, new in new }
        let log = RecordingLog()
        let request = ExecutionRequest(
            executionID: ExecutionID(rawValue: "e-\(number)"), jobID: JobID(rawValue: "j-\(number)"),
            task: Job.Task(engine: engine, inputSources: inputs.map(\.source), resultPaths: results), environment: [:],
            inputs: inputs, modules: [entry] + imports, resources: Resources(memoryBytes: memory),
            scratchDirectory: base + "/scratch", resultsDirectory: base + "/results", log: log)
        return (request, log)
    }

    private static func parameter(_ input: PreparedInput) -> JSONValue {
        [
            "Source": ["Type": "localDirectory", "Params": [:]], "Alias": .string(input.source.alias),
            "Target": .string(input.source.target),
        ]
    }

    /// From `prepare` to `cleanUp`.
    func run(_ request: ExecutionRequest) async throws -> ExitReport {
        try await executor.prepare(request)
        try await executor.start(request)
        let report = try await executor.wait(for: request.executionID)
        await executor.cleanUp(request.executionID)
        return report
    }

    /// The workers that serve this harness.
    func workers() -> [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.filter { id in
            let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
            let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
            return words.contains("wasm-worker") && words.contains { $0 == cacheFolder }
        }
    }
}

/// Keeps what a program writes.
final class RecordingLog: ExecutionLogWriter {
    private struct Content {
        var streams: [StandardStream: [UInt8]] = [:]
        /// The streams in the order in which they were written to, each run of one stream once.
        var order: [StandardStream] = []
    }

    private let content = Mutex(Content())
    let firstOutput = AsyncSignal<Void>()

    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, writtenAt: Timestamp?) {
        content.withLock {
            $0.streams[stream, default: []].append(contentsOf: bytes)
            if $0.order.last != stream { $0.order.append(stream) }
        }
        firstOutput.raise(())
    }

    var written: WrittenOutput { WrittenOutput() }
    func recentOutput(since: Timestamp, bytesMax: Int) -> RecentOutput { RecentOutput() }

    func bytes(_ stream: StandardStream) -> [UInt8] { content.withLock { $0.streams[stream] ?? [] } }
    var stdout: String { String(decoding: bytes(.stdout), as: UTF8.self) }
    var stderr: String { String(decoding: bytes(.stderr), as: UTF8.self) }
    var order: [StandardStream] { content.withLock { $0.order } }
}
