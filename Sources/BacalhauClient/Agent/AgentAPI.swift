public import BacalhauModel

/// Calls about the node that answers.
public struct AgentAPI: Sendable {
    let connection: APIConnection

    /// Whether the node says that it is well. A node that cannot be reached is an error.
    public func alive() async throws(BacalhauError) -> Bool {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// The program that answers.
    public func version() async throws(BacalhauError) -> BuildVersion {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// The node that answers.
    public func node() async throws(BacalhauError) -> NodeState {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
