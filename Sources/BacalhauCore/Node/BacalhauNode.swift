import BacalhauHTTPClient
public import BacalhauModel
import BacalhauSupport

/// An orchestrator and a compute node in this process, with or without the REST API.
///
///     try await BacalhauNode.run(NodeConfiguration(dataDirectory: "data")) { node in
///         let response = try await node.orchestrator.submit(job)
///         print(try await node.orchestrator.waitForEnd(of: response.jobID).state)
///     }
public final class BacalhauNode: Sendable {
    /// The node's name.
    public let id: NodeID
    /// Takes jobs and knows what became of them.
    public let orchestrator: Orchestrator
    /// Where the REST API answers (`http://127.0.0.1:1234`); `nil` when it is off.
    public let apiAddress: String?
    /// What did not work at the start but does not keep the node from running, such as a GPU tool that fails or
    /// a limit of the process that is too low.
    public let warnings: [String]
    private let logs: LogStore
    private let authorizer: Authorizer

    private init(
        id: NodeID, orchestrator: Orchestrator, apiAddress: String?, logs: LogStore, authorizer: Authorizer,
        warnings: [String]
    ) {
        self.id = id
        self.orchestrator = orchestrator
        self.apiAddress = apiAddress
        self.logs = logs
        self.authorizer = authorizer
        self.warnings = warnings
    }

    /// Starts a node, runs `body`, and stops the node when `body` returns or the calling task is cancelled.
    ///
    /// Nothing outlives the call but workloads that can be taken over by the next start on the same data directory.
    /// - Throws: `.configuration` when the node cannot start, and whatever `body` throws.
    public static func run<Result: Sendable>(
        _ configuration: NodeConfiguration, _ body: @escaping @Sendable (BacalhauNode) async throws -> Result
    ) async throws -> Result {
        let identity = try NodeIdentity(directory: configuration.dataDirectory, name: configuration.name)
        let clock = SystemWallClock()
        let orchestrator = try Orchestrator(
            id: identity.id, databasePath: configuration.dataDirectory + "/orchestrator.db",
            settings: configuration.orchestrator, clock: clock)
        defer { orchestrator.stop() }
        // Whoever states the capacity states the GPUs, too.
        let found =
            configuration.compute.capacity == nil
            ? await GPUProbe(searchPath: NodeParts.searchPath(configuration)).run() : GPUProbe.Findings()
        let parts = try NodeParts(configuration, id: identity.id, clock: clock, gpus: found.gpus)
        defer { parts.compute.store.close() }
        let authorizer = try NodeParts.authorizer(configuration, id: identity.id, clock: clock)
        let context = APIContext(
            orchestrator: orchestrator, nodeID: identity.id, logs: parts.compute.logs, clock: clock,
            authorizer: authorizer,
            archive: { [files = LocalResultServer(store: parts.results)] in files.archive(of: $0, for: $1) },
            configuration: { configuration.document(users: authorizer.users.all) })
        let servers = try NodeServers(configuration, parts: parts)
        let node = BacalhauNode(
            id: identity.id, orchestrator: orchestrator, apiAddress: servers.apiAddress, logs: parts.compute.logs,
            authorizer: authorizer,
            warnings: servers.warnings + found.problems)
        let compute = try ComputeNode(parts: parts.compute, link: orchestrator.makeLink())
        let result = try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await compute.run()
                return nil
            }
            group.addTask {
                try await servers.run(APIRouter(context: context))
                return nil
            }
            group.addTask {
                await RetentionSweeps(parts).run()
                return nil
            }
            group.addTask {
                _ = await compute.connected.wait()
                return try await body(node)
            }
            var result: Result?
            while result == nil, let next = try await group.next() { result = next }
            group.cancelAll()
            return result
        }
        withExtendedLifetime(identity) {}
        guard let result else { throw BacalhauError(.internal, "the node ended by itself") }
        return result
    }

    /// Takes other users of the API from now on; tokens of those that are not among them, or whose credential has
    /// changed, end.
    ///
    /// - Throws: `.configuration` when they are described wrongly, or when none are left on a node that had some. The old
    ///   ones stay then.
    public func replaceUsers(_ users: [APIUser]) throws(BacalhauError) { try authorizer.replaceUsers(users) }

    /// What an execution wrote so far, or all of it when it has ended.
    ///
    /// - Throws: `.io` when the log cannot be read.
    public func output(of execution: ExecutionID, _ stream: StandardStream = .stdout) async throws(BacalhauError)
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        do throws(LogError) {
            for try await records in try logs.read(execution) {
                for record in records where record.stream == stream { bytes += record.bytes }
            }
        } catch {
            throw BacalhauError(.io, error.description, component: "LogStore")
        }
        return bytes
    }
}
