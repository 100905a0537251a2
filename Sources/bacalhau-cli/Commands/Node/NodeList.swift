import BacalhauClient
import BacalhauModel

/// `node list`
enum NodeList {
    static let orderFields = [
        "id", "type", "available_cpu", "available_memory", "available_disk", "available_gpu", "approval", "status",
    ]
    static let defaultGroups = ["labels", "capacity"]

    static let command = Command(
        "node list", "List the nodes of the cluster",
        flags: [
            Flag(
                "filter-approval", .choice(["approved", "pending", "rejected"]),
                help: "Only nodes with this approval: approved, pending or rejected"),
            Flag(
                "filter-status", .choice(["connected", "disconnected"]),
                help: "Only nodes with this status: connected or disconnected"),
            Flag("labels", .reading("string", LabelSelector.constraints), help: "Filter nodes by labels"),
            Flag(
                "show", .strings, default: "labels,capacity",
                help: "What to show of each node: labels, version, features, capacity"),
        ] + ListFlags.all(limit: 0, orderFields: orderFields) + OutputFlags.tabular
    ) { arguments, context in
        let page = try ListFlags.request(arguments, limit: 0)
        let query = NodeListQuery(
            labels: try LabelSelector.constraints(of: arguments.string("labels")).map(LabelSelector.text),
            approval: NodeState.Membership(rawValue: arguments.string("filter-approval").uppercased()).flatMap {
                $0 == .unknown ? nil : $0
            },
            connection: NodeState.Connection(rawValue: arguments.string("filter-status").uppercased()),
            orderBy: page.orderBy, reverse: page.isReversed, limit: page.limit, nextToken: page.nextToken)
        let client = try context.client(arguments)
        let nodes = try await failing("could not list nodes") { () async throws(BacalhauError) in
            try await client.nodes.list(query).items
        }
        let groups = try arguments.strings("show", default: defaultGroups)
        try ResultPrinter(arguments, context).list(nodes, columns: columns(groups))
        return .success
    }

    /// Unknown groups are passed over.
    static func columns(_ groups: [String]) -> [Column<NodeState>] {
        always + groups.flatMap { groupColumns[$0] ?? [] }
    }

    private static let always: [Column<NodeState>] = [
        Column("id") { node, _ in ShortID.node(node.info.nodeID) },
        Column("type") { node, _ in node.info.nodeType.rawValue },
        Column("approval") { node, _ in node.membership.rawValue },
        Column("status") { node, _ in node.info.compute == nil ? "" : node.connection.rawValue },
    ]

    private static let groupColumns: [String: [Column<NodeState>]] = [
        "labels": [
            Column("labels", width: 50, wrap: .words) { node, _ in
                node.info.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            }
        ],
        "version": [
            Column("version") { node, _ in node.info.version.gitVersion },
            Column("architecture") { node, _ in node.info.version.goarch },
            Column("os") { node, _ in node.info.version.goos },
        ],
        "features": [
            compute("engines", width: 7) { $0.executionEngines.joined(separator: " ") },
            compute("inputs from", width: 15) { $0.storageSources.joined(separator: " ") },
            compute("outputs", width: 6) { $0.publishers.joined(separator: " ") },
        ],
        "capacity": [
            capacity("cpu", width: 6) { SizeText.oneDecimal(Double($0.cpuMillicores) / 1000) },
            capacity("memory", width: 10) { SizeText.text($0.memoryBytes) },
            capacity("disk", width: 11) { SizeText.text($0.diskBytes) },
            capacity("gpu", width: 4) { "\($0.gpuCount)" },
        ],
    ]

    private static func compute(
        _ title: String, width: Int, _ text: @escaping @Sendable (ComputeNodeInfo) -> String
    ) -> Column<NodeState> {
        Column(title, width: width, wrap: .words) { node, _ in node.info.compute.map(text) ?? "" }
    }

    /// What is free of what there is.
    private static func capacity(
        _ title: String, width: Int, _ text: @escaping @Sendable (Resources) -> String
    ) -> Column<NodeState> {
        compute(title, width: width) { "\(text($0.availableCapacity)) / \(text($0.maxCapacity))" }
    }
}
