import BacalhauClient
import BacalhauModel

/// `node describe`
enum NodeDescribe {
    static let command = Command(
        "node describe", usage: "[id]", "Show a node", flags: OutputFlags.single, positionals: .exactly(1)
    ) { arguments, context in
        let id = arguments.positionals[0]
        let client = try context.client(arguments)
        let node = try await failing("could not get node \(id)") { () async throws(BacalhauError) in
            try await client.nodes.get(id)
        }
        try ResultPrinter(arguments, context, default: .yaml).value(node)
        return .success
    }
}
