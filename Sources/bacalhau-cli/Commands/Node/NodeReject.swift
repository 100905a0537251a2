import BacalhauClient
import BacalhauModel

/// `node reject`
enum NodeReject {
    static let command = NodeAction.command("reject", "Refuse a node") { nodes, id, message throws(BacalhauError) in
        try await nodes.reject(id, message: message)
    }
}
