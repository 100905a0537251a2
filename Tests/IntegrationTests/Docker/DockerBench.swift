import BacalhauCore
import BacalhauTestSupport
import FoundationEssentials
import Synchronization
import Testing

/// Collects a log and lets a test wait for something to appear in it.
final class RecordedLog: ExecutionLogWriter {
    private struct State {
        var streams: [StandardStream: [UInt8]] = [:]
        var written = WrittenOutput()
        var waiters: [(text: String, waiter: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, writtenAt: Timestamp?) {
        let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.streams[stream, default: []] += bytes
            state.written.bytes[stream, default: 0] += UInt64(bytes.count)
            let now = writtenAt ?? RecordedLog.now()
            state.written.firstTime = state.written.firstTime ?? now
            state.written.lastTime = now
            let stdout = String(decoding: state.streams[.stdout] ?? [], as: UTF8.self)
            let ready = state.waiters.filter { stdout.contains($0.text) }.map(\.waiter)
            state.waiters.removeAll { stdout.contains($0.text) }
            return ready
        }
        for waiter in ready { waiter.resume() }
    }

    var written: WrittenOutput { state.withLock { $0.written } }

    /// All of it, which is allowed to be too much, but as if the first had come at the time asked for.
    func recentOutput(since: Timestamp, bytesMax: Int) -> RecentOutput {
        state.withLock { RecentOutput(bytes: $0.streams, firstTime: since) }
    }

    private static func now() -> Timestamp {
        Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
    }

    var stdout: String { text(.stdout) }
    var stderr: String { text(.stderr) }

    /// Waits until stdout contains `text`.
    func waitFor(_ text: String) async {
        await withCheckedContinuation { waiter in
            let isThere = state.withLock { state in
                let isThere = String(decoding: state.streams[.stdout] ?? [], as: UTF8.self).contains(text)
                if !isThere { state.waiters.append((text, waiter)) }
                return isThere
            }
            if isThere { waiter.resume() }
        }
    }

    private func text(_ stream: StandardStream) -> String {
        String(decoding: state.withLock { $0.streams[stream] ?? [] }, as: UTF8.self)
    }
}

/// A node's Docker executor with a folder, for one test.
struct DockerBench {
    static let image = "ubuntu:latest"

    let configuration: DockerConfiguration
    let executor: DockerExecutor
    let directory: String

    init(engineLogBytesMax: UInt64? = nil) throws {
        let name = UUID().uuidString.lowercased()
        var environment: [String: String] = [:]
        environment["DOCKER_HOST"] = ProcessInfo.processInfo.environment["DOCKER_HOST"]
        var configuration = DockerConfiguration(nodeID: NodeID(rawValue: "n-\(name)"), environment: environment)
        if let engineLogBytesMax { configuration.engineLogBytesMax = engineLogBytesMax }
        self.configuration = configuration
        executor = DockerExecutor(configuration: configuration)
        directory = FileManager.default.temporaryDirectory.path + "/docker-test-\(name)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// Removes the containers and the folder.
    func close() async {
        await executor.removeLeftovers(except: [])
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Makes a bench, lends it to a test and takes it down whatever happens.
    static func use(engineLogBytesMax: UInt64? = nil, _ body: (DockerBench) async throws -> Void) async throws {
        let bench = try DockerBench(engineLogBytesMax: engineLogBytesMax)
        do {
            try await body(bench)
        } catch {
            await bench.close()
            throw error
        }
        await bench.close()
    }

    /// A request that runs a script in bash, with a result folder at `/outputs`.
    func request(
        _ script: String, params: [String: JSONValue] = [:], environment: [String: String] = [:],
        inputs: [PreparedInput] = [], resources: Resources = .zero
    ) throws -> ExecutionRequest {
        let id = ExecutionID(rawValue: "e-\(UUID().uuidString.lowercased())")
        var all: [String: JSONValue] = ["Image": .string(Self.image), "Parameters": ["bash", "-c", .string(script)]]
        all.merge(params) { _, new in new }
        var task = Job.Task(engine: Engine(type: "docker", params: all))
        task.resultPaths = [ResultPath(name: "outputs", path: "/outputs")]
        let results = "\(directory)/\(id)"
        try FileManager.default.createDirectory(atPath: "\(results)/outputs", withIntermediateDirectories: true)
        return ExecutionRequest(
            executionID: id, jobID: JobID(rawValue: "j-test"), task: task, environment: environment, inputs: inputs,
            modules: [], resources: resources, scratchDirectory: results, resultsDirectory: results, log: RecordedLog())
    }

    /// Runs a request to its end and cleans it up.
    func run(_ request: ExecutionRequest) async throws -> (report: ExitReport, log: RecordedLog) {
        try await executor.prepare(request)
        try await executor.start(request)
        let report = try await executor.wait(for: request.executionID)
        await executor.cleanUp(request.executionID)
        return (report, try #require(request.log as? RecordedLog))
    }

    /// A file as an input.
    func input(_ text: String, at target: String, isReadOnly: Bool = true) throws -> PreparedInput {
        let path = "\(directory)/input-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return PreparedInput(
            source: InputSource(source: nil, target: target), hostPath: path, target: target, isDirectory: false,
            isReadOnly: isReadOnly)
    }

    /// Makes an empty file, as a sign to a program that waits for it.
    func touch(_ path: String) throws {
        try Data().write(to: URL(filePath: path))
    }
}
