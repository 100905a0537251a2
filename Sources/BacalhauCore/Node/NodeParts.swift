import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import Glibc

/// Builds what the configuration asks for. The only place that names every implementation.
struct NodeParts: Sendable {
    let compute: ComputeNode.Parts

    init(_ configuration: NodeConfiguration, id: NodeID, clock: any WallClock) throws(BacalhauError) {
        let root = configuration.dataDirectory
        let publishers: [any ResultPublisher] = [NoopPublisher()]
        compute = ComputeNode.Parts(
            id: id, settings: configuration.compute, clock: clock,
            executors: NodeParts.executors(configuration, id: id), storages: NodeParts.storages(configuration),
            publishers: Dictionary(publishers.map { ($0.publisherType, $0) }, uniquingKeysWith: { first, _ in first }),
            store: try ComputeStore(path: root + "/compute.db"), logs: try NodeParts.logs(root + "/logs"),
            directories: ExecutionDirectories(root: root + "/executions"))
    }

    private static func executors(_ configuration: NodeConfiguration, id: NodeID) -> [String: any Executor] {
        let all: [any Executor] = [
            NoopExecutor(),
            WasmExecutor(WasmExecutor.Configuration(
                cacheDirectory: configuration.dataDirectory + "/wasm-cache", libraryPath: configuration.wasmtimeLibrary)),
            DockerExecutor(configuration: DockerConfiguration(nodeID: id, environment: configuration.environment)),
        ]
        let offered = all.filter { !configuration.disabledEngines.contains($0.engineType) }
        return Dictionary(offered.map { ($0.engineType, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func storages(_ configuration: NodeConfiguration) -> [String: any StorageProvider] {
        let all: [any StorageProvider] = []
        var byType: [String: any StorageProvider] = [:]
        for provider in all {
            for type in provider.sourceTypes { byType[type] = provider }
        }
        return byType
    }

    private static func logs(_ directory: String) throws(BacalhauError) -> LogStore {
        do throws(LogError) { return try LogStore(directory: directory) } catch {
            throw BacalhauError(.configuration, error.description, component: "LogStore")
        }
    }
}
