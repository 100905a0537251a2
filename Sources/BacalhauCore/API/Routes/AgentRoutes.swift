import BacalhauModel
import BacalhauSupport

/// What a node says of itself.
struct AgentRoutes: Sendable {
    let context: APIContext

    static let routes: [APIRoute] = [
        APIRoute(
            method: "GET", template: "/api/v1/agent/alive", name: "agentAlive", summary: "Whether the node is well.",
            answer: .json("Alive"), handle: { _, _ in .json(Array(#"{"Status":"OK"}"#.utf8)) }),
        APIRoute(
            method: "GET", template: "/api/v1/agent/version", name: "agentVersion",
            summary: "The program that answers.", answer: .json("BuildVersion"),
            handle: { _, _ in .value(BuildVersion.current) }),
        APIRoute(
            method: "GET", template: "/api/v1/agent/node", name: "agentNode", summary: "The node that answers.",
            answer: .json("AgentNode"), handle: { try await AgentRoutes(context: $0).node($1) }),
        APIRoute(
            method: "GET", template: "/api/v1/agent/debug", name: "agentDebug",
            summary: "What the node does now, for people.", answer: .json("Debug"),
            handle: { context, _ in try await AgentRoutes(context: context).debug() }),
        APIRoute(
            method: "GET", template: "/api/v1/agent/config", name: "agentConfig",
            summary: "What the operator set, without secrets.", answer: .json("AgentConfig"),
            handle: { context, _ in AgentRoutes(context: context).configuration() }),
        APIRoute(
            method: "GET", template: "/api/v1/agent/authconfig", name: "agentAuthConfig",
            summary: "The sign-in service of the node; empty, as there is none.", answer: .json("AgentAuthConfig"),
            handle: { _, _ in .json(Array(#"{"Version":"1.0.0","Config":{}}"#.utf8)) }),
    ]

    /// Wrapped for v1.4.0's clients and flat for newer ones: each reads its own members.
    func node(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let own = try await context.orchestrator.nodes().first { $0.info.nodeID == context.nodeID }
        let info =
            own?.info
            ?? NodeInfo(
                nodeID: context.nodeID, nodeType: .requester, labels: [:], compute: nil, version: .current)
        let state = NodeState(info: info, membership: .approved, connection: .connected)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("Info", info)
        writer.member("Membership", state.membership.rawValue)
        writer.member("Connection", state.connection.rawValue)
        for (name, value) in info.members(for: request.generation).sorted(by: { $0.key < $1.key }) {
            writer.name(escaping: name)
            writer.value(value)
        }
        writer.endObject()
        return .json(writer.bytes)
    }

    /// The nodes that the orchestrator knows, under v1.4.0's name for them.
    func debug() async throws(BacalhauError) -> APIResponse {
        let nodes = try await context.orchestrator.nodes()
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("DiscoveredNodes", nodes)
        writer.endObject()
        return .json(writer.bytes)
    }

    private func configuration() -> APIResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("config")
        writer.value(context.configuration())
        writer.endObject()
        return .json(writer.bytes)
    }
}
