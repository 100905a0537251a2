public import BacalhauModel

/// What an operator or an embedding program can set on a node. The defaults are safe: loopback only.
public struct NodeConfiguration: Sendable {
    /// Everything the node keeps: database, logs, results, its name. Made when it does not exist.
    public var dataDirectory: String
    /// The node's name; `nil` takes the one of the data directory, or makes one.
    public var name: NodeID?
    /// Where the REST API listens; `nil` for none.
    public var api: Endpoint? = Endpoint(host: "127.0.0.1", port: 1234)
    /// The certificate of the API; `nil` speaks plain HTTP.
    public var apiTLS: HTTPServerTLS?
    /// What clients of the API may use.
    public var apiLimits = APILimits()
    /// Who may use the API; everybody, unless there are users.
    public var access = AccessSettings()
    /// Whether the API may listen where other machines reach it although it asks nobody who they are.
    public var allowsOpenAccess = false
    /// What the orchestrator allows and how it tries again.
    public var orchestrator = OrchestratorSettings()
    /// What the node gives to executions, and which jobs it takes.
    public var compute = ComputeSettings()
    /// Engines of the embedding program. One of the type of a built-in engine takes its place.
    public var executors: [any Executor] = []
    /// Kinds of inputs of the embedding program. One that serves the type of a built-in one takes its place for that.
    public var storageProviders: [any StorageProvider] = []
    /// Kinds of publishers of the embedding program. One of the type of a built-in publisher takes its place.
    public var publishers: [any ResultPublisher] = []
    /// Engines that are not offered, by type.
    public var disabledEngines: Set<String> = []
    /// Folders that jobs may mount, as `<pattern>[:ro|:rw]`.
    public var allowedLocalPaths: [String] = []
    /// Whether URL inputs may point to loopback and private addresses.
    public var allowsPrivateURLs = false
    /// Where results of the local publisher are served; port 0 takes a free one.
    public var resultServer = Endpoint(host: "127.0.0.1", port: 0)
    /// The host in the addresses of published results; `nil` uses the one that is listened on.
    public var resultAdvertisedHost: String?
    /// Whether these results are served over plain HTTP although the API has a certificate.
    public var servesResultsUnencrypted = false
    /// The wasmtime library; `nil` looks in the usual places.
    public var wasmtimeLibrary: String?
    /// How long requests may take to end when the node stops.
    public var stopGrace: Duration = .seconds(5)
    /// Environment variables of the process, for engines that read some.
    public var environment: [String: String] = [:]

    /// Makes the defaults for a data directory: the API on port 1234 of the loopback interface, for everybody on this
    /// machine.
    public init(dataDirectory: String) { self.dataDirectory = dataDirectory }

    /// The certificate with which results are served: that of the API. Their addresses are secrets, so that no client
    /// is asked for a certificate.
    var resultTLS: HTTPServerTLS? {
        guard let apiTLS, !servesResultsUnencrypted else { return nil }
        return HTTPServerTLS(certificateFile: apiTLS.certificateFile, keyFile: apiTLS.keyFile)
    }

    /// An address to listen on; port 0 takes a free one.
    public struct Endpoint: Hashable, Sendable {
        /// A numeric IPv4 or IPv6 address, or a name to resolve; `::` listens for both families on all interfaces.
        public var host: String
        /// The TCP port.
        public var port: UInt16

        /// Makes an address; it is resolved when the node starts.
        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }

        /// Whether only programs on this machine can connect.
        public var isLoopback: Bool { host == "localhost" || IPAddress(host)?.kind == .loopback }
    }
}
