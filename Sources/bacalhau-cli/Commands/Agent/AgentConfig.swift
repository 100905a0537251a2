import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `agent config`
enum AgentConfig {
    static let command = Command(
        "agent config", "Show what the operator of the node that answers has set, without secrets",
        flags: OutputFlags.single
    ) { arguments, context in
        let client = try context.client(arguments)
        let configuration = try await failing("could not get the server's configuration") {
            () async throws(BacalhauError) in try await client.agent.configuration()
        }
        try ResultPrinter(arguments, context, default: .yaml).value(Answer(configuration: configuration))
        return .success
    }

    private struct Answer: WireEncodable {
        let configuration: JSONValue
        func write(to writer: inout JSONWriter) { writer.value(configuration) }
    }
}
