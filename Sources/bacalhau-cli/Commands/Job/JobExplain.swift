import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `job explain`
enum JobExplain {
    static let command = Command(
        "job explain", usage: "[id]", "Say why a job is where it is",
        details: "Names its place in the queue, what stands in its way on which nodes, and what happens next.",
        flags: OutputFlags.single, positionals: .exactly(1)
    ) { arguments, context in
        let id = try JobIdentifier.read(arguments, context)
        let client = try context.client(arguments)
        let explanation = try await failing("could not explain job \(id)") { () async throws(BacalhauError) in
            try await client.jobs.explain(id)
        }
        let printer = try ResultPrinter(arguments, context)
        if arguments.isSet("output"), arguments.string("output") != OutputFormat.table.rawValue {
            try printer.value(explanation)
        } else {
            try context.output.write(ExplanationText(explanation) { "\n\($0)\n" }.text)
        }
        return .success
    }
}
