import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// Submits a job and does what the runtime flags say about the time after.
struct Submission {
    var job: Job
    let runtime: RuntimeFlags
    /// Whether a job that the server knows by its name runs anew although nothing changed.
    var isForced = false
    let showsWarnings: Bool
    /// What a refusal is said to be of.
    let doing: String

    func run(_ arguments: ParsedArguments, _ context: CommandContext) async throws -> ExitStatus {
        var job = job
        job.normalise()
        let problems = job.problems()
        guard problems.isEmpty else { throw JobProblems(text: problems.joined(separator: "\n")) }
        if runtime.isDryRun {
            let document = try JSONParser.parse(job.json)
            try context.output.write(YAMLText.text(of: document.value))
            return .success
        }
        let client = try context.client(arguments)
        let ready = job
        let answer = try await failing(doing) { () async throws(BacalhauError) in
            try await client.jobs.submit(ready, force: isForced)
        }
        if showsWarnings {
            let isBare = runtime.printsOnlyID || !runtime.waits
            try Submission.show(answer.warnings, to: isBare ? context.errors : context.output)
        }
        return try await JobWatch(
            id: answer.jobID, hasPublisher: job.tasks.contains { !$0.publisher.isEmpty }, runtime: runtime,
            client: client, context: context
        ).run()
    }

    static func show(_ warnings: [String], to sink: any TextSink) throws(SinkClosed) {
        guard !warnings.isEmpty else { return }
        try sink.write("Warnings:\n" + warnings.map { "\t* \($0)\n" }.joined())
    }
}
