public import BacalhauModel

/// How a node uses its Docker engine.
public struct DockerConfiguration: Sendable {
    /// What a job's container may do beyond an ordinary user, when it runs as root: enough for installing packages,
    /// changing owners and users, ending own processes and listening on low ports. Docker's own default has more:
    /// raw packets, device nodes, changing the root folder, the audit log.
    public static let defaultCapabilities = [
        "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID",
    ]

    /// Marks the containers of this node, so that nodes that share an engine leave each other's alone.
    public var nodeID: NodeID
    /// Where the engine listens: `unix://` and an absolute path.
    public var host: String
    /// Whether jobs may ask for the full network, which is the host's.
    public var acceptsNetworkedJobs = false
    /// The most processes and threads of a container.
    public var pidsLimit: Int64 = 4096
    /// The most bytes of output that the engine itself keeps of a container, in two files of half of it each.
    ///
    /// Only a node that takes over a container after a restart reads them; the log of an execution is complete
    /// otherwise, whatever this is. What a container writes beyond half of it while no node runs may be lost. The default
    /// is 1 GiB, as much as the log of an execution holds: engines (20.10 for one) repeat or lose lines to those who read
    /// along when they begin a new file.
    public var engineLogBytesMax: UInt64 = 1 << 30
    /// Capabilities of a container, without `CAP_`; all others are dropped.
    public var capabilities = DockerConfiguration.defaultCapabilities
    /// Whether images are never pulled; a missing one is then refused.
    public var skipsPull: Bool
    /// The user at Docker Hub, sent nowhere else; empty to pull without one.
    public var username: String
    /// The password of ``username``, sent nowhere else. Only both together are used.
    public var password: String

    /// Makes the defaults, with what the environment says in `DOCKER_HOST`, `SKIP_IMAGE_PULL` (any value, also an
    /// empty one), `DOCKER_USERNAME` and `DOCKER_PASSWORD`.
    public init(nodeID: NodeID, environment: [String: String] = [:]) {
        self.nodeID = nodeID
        let host = environment["DOCKER_HOST"] ?? ""
        self.host = host.isEmpty ? "unix:///var/run/docker.sock" : host
        skipsPull = environment["SKIP_IMAGE_PULL"] != nil
        username = environment["DOCKER_USERNAME"] ?? ""
        password = environment["DOCKER_PASSWORD"] ?? ""
    }

    /// The socket's path, or `nil` when `host` is no socket.
    var socketPath: String? {
        guard host.hasPrefix("unix:///") else { return nil }
        return String(host.dropFirst("unix://".count))
    }
}
