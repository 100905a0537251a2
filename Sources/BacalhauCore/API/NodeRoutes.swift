import BacalhauModel
import BacalhauSupport

/// Lists nodes and lets operators admit or remove them.
struct NodeRoutes: Sendable {
    let context: APIContext

    func respond(to request: APIRequest) async throws(BacalhauError) -> APIResponse {
        switch (request.method, request.path.count) {
        case ("GET", 2): return try await list(request)
        case ("GET", 3): return .value(GetNodeResponse(node: try await node(request.path[2])))
        case ("PUT", 3): return try await act(request)
        default: throw APIRouter.notFound
        }
    }

    private func node(_ text: String) async throws(BacalhauError) -> NodeState {
        let nodes = try await context.orchestrator.nodes()
        if let exact = nodes.first(where: { $0.info.nodeID.rawValue == text }) { return exact }
        let fitting = nodes.filter { $0.info.nodeID.rawValue.hasPrefix(text) }
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
        var nodes = try await context.orchestrator.nodes().filter { node in
            selector.matches(node.info.labels) && (membership.isEmpty || node.membership.rawValue == membership)
                && (connection.isEmpty || node.connection.rawValue == connection)
        }
        guard let precedes = NodeRoutes.orders[order] else {
            throw BacalhauError(
                .badRequest, "cannot order nodes by \"\(order)\"",
                hint: "Use one of \(NodeRoutes.orders.keys.filter { !$0.isEmpty }.sorted().joined(separator: ", ")).")
        }
        nodes.sort(by: precedes)
        if try request.flag("reverse") { nodes.reverse() }
        let limit = Int(try request.number("limit"))
        if limit > 0 { nodes = Array(nodes.prefix(limit)) }
        return .list("Nodes", nodes.map(\.json))
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

    /// Failures are answers with status 200 and `Success` false, as v1.4.0's clients expect.
    private func act(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let body: PutNodeRequest = try request.body()
        var problem = ""
        do throws(BacalhauError) {
            let id = try await node(request.path[2]).info.nodeID
            switch body.action {
            case "approve": try await context.orchestrator.setMembership(.approved, of: id)
            case "reject": try await context.orchestrator.setMembership(.rejected, of: id)
            case "delete": try await context.orchestrator.remove(node: id)
            default: problem = "unsupported action \"\(body.action)\" (use approve, reject or delete)"
            }
        } catch {
            problem = error.message
        }
        return .value(PutNodeResponse(problem: problem))
    }
}
