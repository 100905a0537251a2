public import BacalhauModel
import BacalhauSupport

/// Calls about the node that answers.
public struct AgentAPI: Sendable {
    let connection: APIConnection

    /// Whether the node says that it is well. A node that cannot be reached is an error.
    public func alive() async throws(BacalhauError) -> Bool {
        let call = APICall.get("/api/v1/agent/alive")
        let answer = try await connection.value(of: call, as: DocumentAnswer.self).node
        return answer.member("Status")?.value.string == "OK"
    }

    /// The program that answers.
    public func version() async throws(BacalhauError) -> BuildVersion {
        try await connection.value(of: .get("/api/v1/agent/version"))
    }

    /// The node that answers.
    public func node() async throws(BacalhauError) -> NodeState {
        try await connection.value(of: .get("/api/v1/agent/node"), as: AgentNode.self).state
    }

    /// What the node's operator set, without secrets, under the names of v1.9's configuration.
    ///
    /// - Throws: `notFound` for servers that do not tell, such as v1.4.0's.
    public func configuration() async throws(BacalhauError) -> JSONValue {
        let answer = try await connection.value(of: .get("/api/v1/agent/config"), as: DocumentAnswer.self).node
        return answer.member("config")?.value ?? .null
    }
}

/// An answer as it is.
struct DocumentAnswer: WireDecodable {
    var node: DocumentNode

    init(from node: DocumentNode, in context: inout WireContext) { self.node = node }
}

/// A node's state, or (from later versions) only what it says of itself.
private struct AgentNode: WireDecodable {
    var state: NodeState

    init(from node: DocumentNode, in context: inout WireContext) {
        if node.member("Info") == nil, node.member("NodeID") != nil {
            state = NodeState(
                info: NodeInfo(from: node, in: &context), membership: .approved, connection: .connected)
        } else {
            state = NodeState(from: node, in: &context)
        }
    }
}
