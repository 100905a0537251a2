import BacalhauClient
import BacalhauModel

/// `node approve`
enum NodeApprove {
    static let command = NodeAction.command("approve", "Let a node join the cluster") {
        nodes, id, message throws(BacalhauError) in
        try await nodes.approve(id, message: message)
    }
}
