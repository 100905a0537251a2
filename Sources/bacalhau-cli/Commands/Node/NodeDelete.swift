import BacalhauClient
import BacalhauModel

/// `node delete`
enum NodeDelete {
    static let command = NodeAction.command("delete", "Forget a node") { nodes, id, message throws(BacalhauError) in
        try await nodes.delete(id, message: message)
    }
}
