import BacalhauClient
import BacalhauModel

/// What `node approve`, `node reject` and `node delete` have in common.
enum NodeAction {
    typealias Call = @Sendable (NodesAPI, _ id: String, _ message: String) async throws(BacalhauError) -> Void

    static func command(_ verb: String, _ summary: String, _ call: @escaping Call) -> Command {
        Command(
            "node \(verb)", usage: "[id]", summary,
            flags: [Flag("message", short: "m", help: "Why, for the server's log")], positionals: .exactly(1)
        ) { arguments, context in
            let id = arguments.positionals[0]
            let nodes = try context.client(arguments).nodes
            let message = arguments.string("message")
            try await failing("could not \(verb) node \(id)") { () async throws(BacalhauError) in
                try await call(nodes, id, message)
            }
            try context.output.line("Ok")
            return .success
        }
    }
}
