/// What a node says of itself.
public struct NodeInfo: Hashable, Sendable {
    /// The name by which the node joined; unique in the cluster.
    public var nodeID: NodeID
    /// What the node is for.
    public var nodeType: NodeType
    /// What constraints of jobs and filters of lists look at.
    ///
    /// The operator's, `Operating-System` and `Architecture` (in Go's names), and for each GPU `GPU-<i>` and
    /// `GPU-<i>-Memory`.
    public var labels: [String: String]
    /// `nil` on nodes that run no workloads.
    public var compute: ComputeNodeInfo?
    /// The program that the node runs.
    public var version: BuildVersion

    /// Describes a node.
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
    /// It takes jobs and decides where they run.
    case requester = "Requester"
    /// It runs executions; it may take jobs, too.
    case compute = "Compute"
}

/// What a compute node offers and how much of it is in use.
public struct ComputeNodeInfo: Hashable, Sendable {
    /// Lower-case type names that the node can run now.
    public var executionEngines: [String]
    /// Lower-case type names of the places to which the node can publish results now.
    public var publishers: [String]
    /// Lower-case type names of the sources from which the node can bring inputs now.
    public var storageSources: [String]
    /// All that executions together may take: what the machine has, within the operator's limits.
    public var maxCapacity: Resources
    /// What waiting executions will take.
    public var queueCapacity: Resources
    /// What is left for new executions; the orchestrator works it out from what it has placed there.
    public var availableCapacity: Resources
    /// The most that one job may ask for.
    public var maxJobRequirements: Resources
    /// How many executions are placed on the node and not ended; the orchestrator counts them.
    public var runningExecutions: Int
    /// How many executions wait for room on this very node, as those of ops and daemon jobs do.
    public var enqueuedExecutions: Int

    /// Describes a compute node; nothing is in use or waiting unless told.
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
    /// What the node last said of itself.
    public var info: NodeInfo
    /// Whether the operator lets the node take work; set by `node approve` and `node reject`.
    public var membership: Membership
    /// Whether the node is being heard from; set by the orchestrator.
    public var connection: Connection

    /// Puts a state together.
    public init(info: NodeInfo, membership: Membership, connection: Connection) {
        self.info = info
        self.membership = membership
        self.connection = connection
    }

    /// Whether the operator lets the node take work.
    public enum Membership: String, Sendable {
        /// Read where the sender names no membership, or another one.
        case unknown = ""
        /// The operator has not decided yet; no work is placed there.
        case pending = "PENDING"
        /// It takes work.
        case approved = "APPROVED"
        /// It takes no work.
        case rejected = "REJECTED"
    }

    /// Whether the node is being heard from.
    public enum Connection: String, Sendable {
        /// It was heard from lately.
        case connected = "CONNECTED"
        /// It has not been heard from for a while.
        case disconnected = "DISCONNECTED"
    }
}

/// Which program answers.
public struct BuildVersion: Hashable, Sendable {
    /// The first number of the version, as text; empty when the sender does not say.
    public var major: String
    /// The second number of the version, as text; empty when the sender does not say.
    public var minor: String
    /// `v` and a semantic version: the API version that is spoken.
    public var gitVersion: String
    /// The commit it was built from, 40 hexadecimal digits; zeros in builds that do not know.
    public var gitCommit: String
    /// RFC 3339.
    public var buildDate: String
    /// The operating system in Go's names: `linux`, `darwin`.
    public var goos: String
    /// The architecture in Go's names: `amd64`, `arm64`.
    public var goarch: String

    /// Describes a program.
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

extension BuildVersion: CustomStringConvertible {
    /// One line for people: `v1.4.0 (linux/amd64)`.
    public var description: String { "\(gitVersion) (\(goos)/\(goarch))" }
}
