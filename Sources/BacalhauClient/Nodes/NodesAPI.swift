public import BacalhauModel
import BacalhauSupport

/// Calls about the cluster's nodes. Wherever an identifier is wanted, its unique beginning will do.
public struct NodesAPI: Sendable {
    let connection: APIConnection

    private static let path = "/api/v1/orchestrator/nodes"

    /// A page of nodes.
    public func list(_ query: NodeListQuery = .init()) async throws(BacalhauError) -> Page<NodeState> {
        var pairs = query.labels.map { (name: "labels", value: $0) }
        if let approval = query.approval { pairs.append(("filter-approval", approval.rawValue.lowercased())) }
        if let connection = query.connection { pairs.append(("filter-status", connection.rawValue.lowercased())) }
        pairs +=
            ListParameters(
                limit: query.limit, nextToken: query.nextToken, orderBy: query.orderBy, reverse: query.reverse
            ).pairs
        return try await connection.page(of: .get(NodesAPI.path, pairs))
    }

    /// All nodes that the query names. Without a limit the server gives them at once.
    public func all(_ query: NodeListQuery = .init()) -> PagedSequence<NodeState> {
        PagedSequence { [self] (token: String?) async throws(BacalhauError) -> Page<NodeState> in
            var query = query
            if let token { query.nextToken = token }
            return try await list(query)
        }
    }

    /// One node.
    public func get(_ id: some NodeReference) async throws(BacalhauError) -> NodeState {
        let call = APICall.get(try NodesAPI.path(of: id))
        guard let node = try await connection.value(of: call, as: GetNodeResponse.self).node else {
            throw BacalhauError(.internal, "the server's answer names no node", component: "Client")
        }
        return node
    }

    /// Lets a node join. `message` goes to the server's log.
    /// - Throws: `conflict` when it belongs to the cluster already.
    public func approve(_ id: some NodeReference, message: String = "") async throws(BacalhauError) {
        try await act("approve", on: id, message)
    }

    /// Refuses a node.
    /// - Throws: `conflict` when it is refused already.
    public func reject(_ id: some NodeReference, message: String = "") async throws(BacalhauError) {
        try await act("reject", on: id, message)
    }

    /// Forgets a node.
    public func delete(_ id: some NodeReference, message: String = "") async throws(BacalhauError) {
        try await act("delete", on: id, message)
    }

    private func act(_ action: String, on id: some NodeReference, _ message: String) async throws(BacalhauError) {
        let body = PutNodeRequest(action: action, message: message, nodeID: id.nodeReference).json
        let call = APICall.send("PUT", try NodesAPI.path(of: id), body: body)
        let answer = try await connection.value(of: call, as: PutNodeResponse.self)
        guard answer.isSuccess else {
            // v1.4.0 reports failures with status 200 and a text.
            let text = answer.problem.isEmpty ? "the server refused to \(action) the node" : answer.problem
            let code: BacalhauError.Code =
                text.contains("already") ? .conflict : text.contains("not found") ? .notFound : .internal
            throw BacalhauError(code, text, details: ["HTTPStatus": "200", "Endpoint": connection.endpoint])
        }
    }

    private static func path(of id: some NodeReference) throws(BacalhauError) -> String {
        guard !id.nodeReference.isEmpty else { throw .emptyIdentifier("node") }
        return "\(path)/\(URLText.escaped(id.nodeReference))"
    }
}
