import BacalhauModel
import BacalhauSupport

/// What a node says of itself.
struct AgentRoutes: Sendable {
    let context: APIContext

    func respond(to request: APIRequest) async throws(BacalhauError) -> APIResponse {
        guard request.method == "GET", request.path.count == 2 else { throw APIRouter.notFound }
        switch request.path[1] {
        case "alive": return .json(Array(#"{"Status":"OK"}"#.utf8))
        case "version": return .value(BuildVersion.current)
        case "node": return .json(try await AgentRoutes.node(context))
        case "debug": return .json(Array("{}".utf8))
        default: throw APIRouter.notFound
        }
    }

    /// Wrapped for v1.4.0's clients and flat for newer ones: each reads its own members.
    static func node(_ context: APIContext) async throws(BacalhauError) -> [UInt8] {
        let own = try await context.orchestrator.nodes().first { $0.info.nodeID == context.nodeID }
        let info =
            own?.info
            ?? NodeInfo(
                nodeID: context.nodeID, nodeType: .requester, labels: [:], compute: nil, version: .current)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("Info", info)
        writer.member("Membership", NodeState.Membership.approved.rawValue)
        writer.member("Connection", NodeState.Connection.connected.rawValue)
        writer.member("NodeID", info.nodeID.rawValue)
        writer.member("NodeType", info.nodeType.rawValue)
        writer.member("Labels", info.labels)
        if let compute = info.compute { writer.member("ComputeNodeInfo", compute) }
        writer.member("BacalhauVersion", info.version)
        writer.endObject()
        return writer.bytes
    }
}
