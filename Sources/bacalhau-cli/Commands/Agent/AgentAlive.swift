import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `agent alive`
enum AgentAlive {
    static let command = Command("agent alive", "Check that the server lives", flags: OutputFlags.single) {
        arguments, context in
        let client = try context.client(arguments)
        let isAlive = try await failing("could not get server alive") { () async throws(BacalhauError) in
            try await client.agent.alive()
        }
        guard isAlive else { throw CommandFailure("the server at \(client.endpoint) does not say that it is well") }
        try ResultPrinter(arguments, context, default: .yaml).value(Answer())
        return .success
    }

    private struct Answer: WireEncodable {
        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("Status", "OK")
            writer.endObject()
        }
    }
}
