import BacalhauModel
import BacalhauSupport

/// Lists nodes and lets operators admit or remove them.
struct NodeRoutes: Sendable {
    let context: APIContext

    static let routes: [APIRoute] = [
        APIRoute(
            method: "GET", template: "/api/v1/orchestrator/nodes", name: "listNodes", summary: "The cluster's nodes.",
            answer: .json("NodeList"),
            parameters: [
                .labels, APIParameter("filter-approval", .text, "Only nodes that are approved, pending or rejected."),
                APIParameter("filter-status", .text, "Only nodes that are connected or disconnected."),
                .order(orders.keys.filter { !$0.isEmpty }.sorted(), "`id` if left out; most room first."),
                .reverse, .limit, .nextToken,
            ], handle: { try await NodeRoutes(context: $0).list($1) }),
        APIRoute(
            method: "GET", template: "/api/v1/orchestrator/nodes/{id}", name: "getNode", summary: "One node.",
            answer: .json("NodeAnswer"), failures: [404, 409], handle: { try await NodeRoutes(context: $0).get($1) }),
        APIRoute(
            method: "PUT", template: "/api/v1/orchestrator/nodes/{id}", name: "updateNode",
            summary: "Lets a node take work, refuses it, or forgets it.", answer: .json("PutNodeResponse"),
            body: "PutNodeRequest", failures: [404, 409], handle: { try await NodeRoutes(context: $0).act($1) }),
    ]

    private func get(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("Node")
        writer.raw(try await node(request.id).json(for: request.generation))
        writer.endObject()
        return .json(writer.bytes)
    }

    private func node(_ text: String) async throws(BacalhauError) -> KnownNode {
        let nodes = try await context.orchestrator.knownNodes()
        if let exact = nodes.first(where: { $0.state.info.nodeID.rawValue == text }) { return exact }
        let fitting = nodes.filter { $0.state.info.nodeID.rawValue.hasPrefix(text) }
        guard let first = fitting.first else {
            throw BacalhauError(
                .notFound, "node not found: \(text)", hint: "List the nodes to see their identifiers.",
                component: "NodeManager")
        }
        guard fitting.count == 1 else {
            throw BacalhauError(
                .ambiguous, "multiple nodes found for \(text)", hint: "Give more characters of the identifier.",
                component: "NodeManager")
        }
        return first
    }

    private func list(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let selector = try request.selector()
        let order = request.query("order_by") ?? ""
        let membership = request.query("filter-approval")?.uppercased() ?? ""
        let connection = request.query("filter-status")?.uppercased() ?? ""
        var nodes = try await context.orchestrator.knownNodes().filter { known in
            let node = known.state
            return selector.matches(node.info.labels) && (membership.isEmpty || node.membership.rawValue == membership)
                && (connection.isEmpty || node.connection.rawValue == connection)
        }
        guard let precedes = NodeRoutes.orders[order] else {
            throw BacalhauError(
                .badRequest, "cannot order nodes by \"\(order)\"",
                hint: "Use one of \(NodeRoutes.orders.keys.filter { !$0.isEmpty }.sorted().joined(separator: ", ")).")
        }
        nodes.sort { precedes($0.state, $1.state) }
        if try request.flag("reverse") { nodes.reverse() }
        let limit = Int(try request.number("limit"))
        if limit > 0 { nodes = Array(nodes.prefix(limit)) }
        return .list("Nodes", nodes.map { $0.json(for: request.generation) })
    }

    private static let orders: [String: @Sendable (NodeState, NodeState) -> Bool] = {
        func available(_ amount: @escaping @Sendable (Resources) -> UInt64) -> @Sendable (NodeState, NodeState) -> Bool
        {
            { left, right in
                amount(left.info.compute?.availableCapacity ?? .zero)
                    > amount(right.info.compute?.availableCapacity ?? .zero)
            }
        }
        return [
            "": { $0.info.nodeID < $1.info.nodeID }, "id": { $0.info.nodeID < $1.info.nodeID },
            "type": { $0.info.nodeType.rawValue < $1.info.nodeType.rawValue },
            "available_cpu": available { UInt64(max(0, $0.cpuMillicores)) },
            "available_memory": available(\.memoryBytes),
            "available_disk": available(\.diskBytes), "available_gpu": available(\.gpuCount),
            "approval": { $0.membership.rawValue < $1.membership.rawValue },
            "status": { $0.membership.rawValue < $1.membership.rawValue },
        ]
    }()

    private func act(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: PutNodeRequest = try request.body()
        do throws(BacalhauError) {
            try await perform(body.action, on: try await node(request.id).state.info.nodeID)
            return .value(PutNodeResponse())
        } catch {
            // Clients of v1.4.0 expect status 200 and a text.
            guard request.generation == .v14 else { throw error }
            return .value(PutNodeResponse(problem: error.message))
        }
    }

    private func perform(_ action: String, on id: NodeID) async throws(BacalhauError) {
        switch action {
        case "approve": try await context.orchestrator.setMembership(.approved, of: id)
        case "reject": try await context.orchestrator.setMembership(.rejected, of: id)
        case "delete": try await context.orchestrator.remove(node: id)
        default:
            throw BacalhauError(
                .badRequest, "unsupported action \"\(action)\"", hint: "Use approve, reject or delete.",
                component: "NodeManager")
        }
    }
}
