public import BacalhauModel

/// Calls about the cluster's nodes. Wherever an identifier is wanted, its unique beginning will do.
public struct NodesAPI: Sendable {
    let connection: APIConnection

    /// A page of nodes.
    public func list(_ query: NodeListQuery = .init()) async throws(BacalhauError) -> Page<NodeState> {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// One node.
    public func get(_ id: String) async throws(BacalhauError) -> NodeState {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Lets a node join. `message` goes to the server's log.
    /// - Throws: `conflict` when it belongs to the cluster already.
    public func approve(_ id: String, message: String = "") async throws(BacalhauError) {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Refuses a node.
    /// - Throws: `conflict` when it is refused already.
    public func reject(_ id: String, message: String = "") async throws(BacalhauError) {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Forgets a node.
    public func delete(_ id: String, message: String = "") async throws(BacalhauError) {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
