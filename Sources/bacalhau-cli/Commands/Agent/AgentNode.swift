import BacalhauClient
import BacalhauModel

/// `agent node`
enum AgentNode {
    static let command = Command("agent node", "Show the node that answers", flags: OutputFlags.single) {
        arguments, context in
        let client = try context.client(arguments)
        let node = try await failing("could not get server node") { () async throws(BacalhauError) in
            try await client.agent.node()
        }
        try ResultPrinter(arguments, context, default: .yaml).value(node)
        return .success
    }
}
