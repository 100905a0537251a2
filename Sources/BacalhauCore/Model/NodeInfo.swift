/// What a node says of itself.
public struct NodeInfo: Hashable, Sendable {
    public var nodeID: NodeID
    public var nodeType: NodeType
    public var labels: [String: String]
    /// `nil` on nodes that run no workloads.
    public var compute: ComputeNodeInfo?
    public var version: BuildVersion

    public init(
        nodeID: NodeID, nodeType: NodeType, labels: [String: String], compute: ComputeNodeInfo?, version: BuildVersion
    ) {
        self.nodeID = nodeID
        self.nodeType = nodeType
        self.labels = labels
        self.compute = compute
        self.version = version
    }
}

/// What a node is for. A node that does both calls itself `Compute`.
public enum NodeType: String, Sendable {
    case requester = "Requester"
    case compute = "Compute"
}

/// What a compute node offers and how much of it is in use.
public struct ComputeNodeInfo: Hashable, Sendable {
    /// Lower-case type names that the node can run now.
    public var executionEngines: [String]
    public var publishers: [String]
    public var storageSources: [String]
    public var maxCapacity: Resources
    /// What waiting executions will take.
    public var queueCapacity: Resources
    public var availableCapacity: Resources
    /// The most that one job may ask for.
    public var maxJobRequirements: Resources
    public var runningExecutions: Int
    public var enqueuedExecutions: Int

    public init(
        executionEngines: [String], publishers: [String], storageSources: [String], maxCapacity: Resources,
        queueCapacity: Resources = .zero, availableCapacity: Resources, maxJobRequirements: Resources,
        runningExecutions: Int = 0, enqueuedExecutions: Int = 0
    ) {
        self.executionEngines = executionEngines
        self.publishers = publishers
        self.storageSources = storageSources
        self.maxCapacity = maxCapacity
        self.queueCapacity = queueCapacity
        self.availableCapacity = availableCapacity
        self.maxJobRequirements = maxJobRequirements
        self.runningExecutions = runningExecutions
        self.enqueuedExecutions = enqueuedExecutions
    }
}

/// What the orchestrator knows of a node.
public struct NodeState: Hashable, Sendable {
    public var info: NodeInfo
    public var membership: Membership
    public var connection: Connection

    public init(info: NodeInfo, membership: Membership, connection: Connection) {
        self.info = info
        self.membership = membership
        self.connection = connection
    }

    /// Whether the operator lets the node take work.
    public enum Membership: String, Sendable {
        case unknown = ""
        case pending = "PENDING"
        case approved = "APPROVED"
        case rejected = "REJECTED"
    }

    /// Whether the node is being heard from.
    public enum Connection: String, Sendable {
        case connected = "CONNECTED"
        case disconnected = "DISCONNECTED"
    }
}

/// Which program answers.
public struct BuildVersion: Hashable, Sendable {
    public var major: String
    public var minor: String
    /// `v` and a semantic version: the API version that is spoken.
    public var gitVersion: String
    public var gitCommit: String
    /// RFC 3339.
    public var buildDate: String
    public var goos: String
    public var goarch: String

    public init(
        major: String, minor: String, gitVersion: String, gitCommit: String, buildDate: String, goos: String,
        goarch: String
    ) {
        self.major = major
        self.minor = minor
        self.gitVersion = gitVersion
        self.gitCommit = gitCommit
        self.buildDate = buildDate
        self.goos = goos
        self.goarch = goarch
    }

    /// This build. It speaks the API of v1.4.0 and says so, because clients compare versions.
    public static let current = BuildVersion(
        major: "1", minor: "4", gitVersion: "v1.4.0", gitCommit: String(repeating: "0", count: 40),
        buildDate: "2026-11-24T00:00:00Z", goos: "linux", goarch: machineArchitecture)

    /// The machine's architecture in the names of the original (`amd64`, `arm64`).
    public static var machineArchitecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }
}
