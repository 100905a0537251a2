import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `job describe`
enum JobDescribe {
    static let command = Command(
        "job describe", usage: "[id]", "Show a job with its executions and history", flags: OutputFlags.single,
        positionals: .exactly(1)
    ) { arguments, context in
        let id = arguments.positionals[0]
        let client = try context.client(arguments)
        let details = try await failing("could not get job \(id)") { () async throws(BacalhauError) in
            try await client.jobs.get(id, including: [.executions, .history])
        }
        var explanation: JobExplanation?
        // An addition for people: the forms for programs are v1.4.0's, and its servers cannot tell.
        if !arguments.isSet("output"), !details.job.state.type.isTerminal {
            explanation = try? await client.jobs.explain(details.job.id)
        }
        try show(details, arguments, context, explanation: explanation)
        return .success
    }

    static func show(
        _ details: JobDetails, _ arguments: ParsedArguments, _ context: CommandContext,
        explanation: JobExplanation? = nil
    ) throws {
        let printer = try ResultPrinter(arguments, context)
        if arguments.isSet("output") {
            try printer.value(JobDescription(details: details))
        } else {
            let report = JobReport(
                details: details, explanation: explanation, isColoured: try printer.usesColour(), now: context.now())
            try context.output.write(report.text)
        }
    }
}

/// A job with everything that is known of it, as JSON and YAML show it.
private struct JobDescription: WireEncodable {
    let details: JobDetails

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Job", details.job)
        writer.member("History", WholeList(items: details.history ?? []))
        writer.member("Executions", WholeList(items: details.executions ?? []))
        writer.endObject()
    }
}

/// A list without a next part.
private struct WholeList<Item: WireEncodable>: WireEncodable {
    let items: [Item]

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("NextToken", "")
        writer.member("Items", items)
        writer.endObject()
    }
}
