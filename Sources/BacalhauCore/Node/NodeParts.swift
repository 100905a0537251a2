import BacalhauCrypto
import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import Glibc

/// Builds what the configuration asks for. The only place that names every implementation.
struct NodeParts: Sendable {
    let compute: ComputeNode.Parts
    /// What the local publisher keeps, and where it is served.
    let results: ResultStore
    let resultListener: HTTPServer

    /// - Parameter gpus: what the machine has of them.
    init(
        _ configuration: NodeConfiguration, id: NodeID, clock: any WallClock, gpus: [GPU]
    ) throws(BacalhauError) {
        let root = configuration.dataDirectory
        var settings = try configuration.compute.resolved(directory: root, gpus: gpus)
        // A node must be heard of several times within its lease.
        settings.beatPeriod = min(settings.beatPeriod, configuration.orchestrator.nodeLease / 3)
        results = try NodeParts.resultStore(root)
        var limits = APILimits()
        let tls = configuration.resultTLS
        limits.connectionsMax = min(
            limits.connectionsMax, try DescriptorBudget().resultConnections(usesTLS: tls != nil))
        let listener = try NodeServers.listen(
            configuration.resultServer, grace: configuration.stopGrace, tls: tls, limits: limits)
        resultListener = listener.server
        // What comes first counts.
        let publishers: [any ResultPublisher] =
            configuration.publishers + [
                NoopPublisher(), NodeParts.localPublisher(configuration, results, port: listener.port),
            ]
        compute = ComputeNode.Parts(
            id: id, settings: settings, clock: clock,
            executors: NodeParts.executors(configuration, id: id), storages: try NodeParts.storages(configuration),
            publishers: Dictionary(publishers.map { ($0.publisherType, $0) }, uniquingKeysWith: { first, _ in first }),
            store: try ComputeStore(path: root + "/compute.db"), logs: try NodeParts.logs(root + "/logs"),
            directories: ExecutionDirectories(root: root + "/executions"),
            selection: JobSelection(
                policy: settings.selection, nodeID: id,
                searchPath: NodeParts.searchPath(configuration)))
    }

    /// Where the node finds the programs that it asks.
    static func searchPath(_ configuration: NodeConfiguration) -> String {
        configuration.environment["PATH"] ?? ExternalCommand.defaultSearchPath
    }

    private static func executors(_ configuration: NodeConfiguration, id: NodeID) -> [String: any Executor] {
        let builtIn: [any Executor] = [
            NoopExecutor(),
            WasmExecutor(
                WasmExecutor.Configuration(
                    cacheDirectory: configuration.dataDirectory + "/wasm-cache",
                    libraryPath: configuration.wasmtimeLibrary)),
            DockerExecutor(configuration: DockerConfiguration(nodeID: id, environment: configuration.environment)),
        ]
        let all = configuration.executors + builtIn
        let offered = all.filter { !configuration.disabledEngines.contains($0.engineType) }
        return Dictionary(offered.map { ($0.engineType, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func authorizer(
        _ configuration: NodeConfiguration, id: NodeID, clock: any WallClock
    ) throws(BacalhauError) -> Authorizer {
        let secret: [UInt8]
        do throws(CryptoError) {
            secret = try SecretFile.loadOrCreate(path: configuration.dataDirectory + "/token.key")
        } catch {
            throw BacalhauError(
                .configuration, "the key of the API's tokens: \(error)",
                hint: "Remove the file to get a new key; clients then have to log in again.", component: "Authorizer")
        }
        return try Authorizer(configuration.access, nodeID: id, secret: secret, clock: clock)
    }

    private static func resultStore(_ root: String) throws(BacalhauError) -> ResultStore {
        do throws(PublisherError) { return try ResultStore(directory: root + "/results") } catch {
            throw BacalhauError(.configuration, error.description, hint: error.hint, component: "LocalPublisher")
        }
    }

    private static func localPublisher(
        _ configuration: NodeConfiguration, _ store: ResultStore, port: UInt16
    ) -> LocalPublisher {
        let host = configuration.resultAdvertisedHost ?? configuration.resultServer.host
        return LocalPublisher(store: store, host: host, port: port, usesTLS: configuration.resultTLS != nil)
    }

    private static func storages(_ configuration: NodeConfiguration) throws(BacalhauError) -> [String:
        any StorageProvider]
    {
        let allowed: AllowedPaths
        do throws(StorageError) { allowed = try AllowedPaths(configuration.allowedLocalPaths) } catch {
            throw BacalhauError(.configuration, error.description, hint: error.hint, component: "LocalDirectory")
        }
        var downloads = URLDownloadSettings()
        downloads.addresses = AddressPolicy(allowsAll: configuration.allowsPrivateURLs)
        let builtIn: [any StorageProvider] = [
            InlineStorage(), LocalDirectoryStorage(allowed: allowed), URLDownloadStorage(downloads), NoopStorage(),
        ]
        var byType: [String: any StorageProvider] = [:]
        for provider in builtIn + configuration.storageProviders {
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
