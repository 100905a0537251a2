import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `job rerun`
enum JobRerun {
    static let command = Command(
        "job rerun", usage: "[id]", "Run a job again that is over",
        details: "Runs what has not completed: partitions of a batch job, nodes of an ops job. The job keeps its\n"
            + "identifier, its history and the results of what has completed.",
        flags: [
            Flag("all", .bool, help: "Run everything again, also what has completed"),
            Flag("reason", help: "Why; kept in the history of the job"),
            Flag("version", short: "v", .uint32, help: "Refuse when the job has another version; 0 takes any"),
        ] + RuntimeFlags.withoutDryRun, positionals: .exactly(1)
    ) { arguments, context in
        let runtime = try RuntimeFlags(arguments)
        let id = try JobIdentifier.read(arguments, context)
        let all = try arguments.bool("all")
        let version = UInt64(try arguments.unsigned32("version"))
        let client = try context.client(arguments)
        let job = try await failing("could not get job \(id)") { () async throws(BacalhauError) in
            try await client.jobs.get(id).job
        }
        let answer = try await failing("could not run job \(id) again") { () async throws(BacalhauError) in
            try await client.jobs.rerun(
                job.id, all: all, reason: arguments.string("reason"), version: version)
        }
        let isBare = runtime.printsOnlyID || !runtime.waits
        try Submission.show(answer.warnings, to: isBare ? context.errors : context.output)
        return try await JobWatch(
            id: answer.jobID, version: answer.version, hasPublisher: job.tasks.contains { !$0.publisher.isEmpty },
            runtime: runtime, client: client, context: context
        ).run()
    }
}
