import BacalhauClient
import BacalhauModel

/// `job versions`
enum JobVersions {
    static let command = Command(
        "job versions", usage: "[id]", "List a job as it was before each update and rerun, and as it is",
        details: "JSON and YAML hold the whole job of each version, as it was submitted.", flags: OutputFlags.tabular,
        positionals: .exactly(1)
    ) { arguments, context in
        let id = try JobIdentifier.read(arguments, context)
        let client = try context.client(arguments)
        let (versions, history) = try await failing("could not get the versions of job \(id)") {
            () async throws(BacalhauError) in
            (try await client.jobs.versions(id), try await client.jobs.history(id).items)
        }
        let begins = begins(history)
        try ResultPrinter(arguments, context).list(
            versions,
            columns: [
                Column("Created At", width: 30) { job, _ in TimeText.full(begins[job.version] ?? job.createTime) },
                Column("Job Version", width: 11) { job, _ in "\(job.version)" },
            ])
        return .success
    }

    /// When each version but the first began: the history tells, a job only knows when it was first submitted.
    private static func begins(_ history: [HistoryItem]) -> [UInt64: Timestamp] {
        var times: [UInt64: Timestamp] = [:]
        for item in history {
            guard let version = item.event.details[Event.Detail.jobVersion].flatMap({ UInt64($0) }) else { continue }
            times[version] = times[version] ?? item.time
        }
        return times
    }
}
