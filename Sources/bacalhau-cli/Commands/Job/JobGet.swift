import BacalhauClient
import BacalhauModel
import BacalhauSupport
import Glibc

/// `job get`
enum JobGet {
    static let defaultTimeout = Duration.seconds(300)

    static let command = Command(
        "job get", usage: "[id[/path]]", "Download the results of a job",
        details: "A path behind the identifier fetches only that file or folder, for example j-7d1e42a9/outputs/a.csv.",
        flags: [
            Flag(
                "download-timeout-secs", .duration, default: "5m0s",
                help: "The longest time for the download, in seconds or with a unit"),
            Flag("ipfs-connect", help: "Accepted for compatibility; without effect"),
            Flag("output-dir", help: "An existing folder for the results; by default a new one, job-<id>"),
            Flag("raw", .bool, help: "Keep what is downloaded as it is, do not unpack and merge it"),
        ], positionals: .exactly(1)
    ) { arguments, context in
        let typed = try JobIdentifier.read(arguments, context)
        let (id, path) = split(typed)
        let directory = try directory(arguments, id: id)
        let options = DownloadOptions(raw: try arguments.bool("raw"), path: path)
        let timeout = try arguments.duration("download-timeout-secs", default: defaultTimeout)
        let client = try context.client(arguments)
        try context.errors.line("Fetching results of job '\(typed)'...")
        let report = try await limited(to: timeout) {
            try await failing("could not get the results of job \(id)") { () async throws(BacalhauError) in
                try await client.jobs.downloadResults(of: id, into: directory, options: options)
            }
        }
        try show(report, id: typed, context)
        return .success
    }

    /// The part before the first `/` is the job.
    static func split(_ typed: String) -> (id: String, path: String?) {
        guard let slash = typed.firstIndex(of: "/") else { return (typed, nil) }
        let path = String(typed[typed.index(after: slash)...])
        return (String(typed[..<slash]), path.isEmpty ? nil : path)
    }

    private static func directory(_ arguments: ParsedArguments, id: String) throws -> String {
        if let directory = arguments.optionalString("output-dir") {
            guard FileReader.isDirectory(directory) else {
                throw CommandFailure("output dir does not exist: \(directory)")
            }
            return directory
        }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else {
            throw CommandFailure("the current folder is not known", hint: "name one with --output-dir")
        }
        let current = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(current)/job-\(ShortID.text(id))"
    }

    private static func limited<Value: Sendable>(
        to limit: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            guard let value = try await group.next() ?? nil else {
                throw CommandFailure(
                    "the download took longer than \(DurationText.goStyle(seconds: limit.components.seconds))",
                    hint: "allow more time with --download-timeout-secs; what has arrived is not fetched again")
            }
            return value
        }
    }

    private static func show(_ report: DownloadReport, id: String, _ context: CommandContext) throws {
        if !report.unsupported.isEmpty {
            var writer = JSONWriter()
            writer.beginArray()
            for result in report.unsupported { result.write(to: &writer) }
            writer.endArray()
            try context.errors.line("No supported downloader found for the published results. The results are:")
            try context.errors.line(String(decoding: JSONFormat.indented(writer.bytes), as: UTF8.self))
        } else if report.results.isEmpty {
            try context.output.write(
                """
                No results found
                You can check the logged output of the job using the logs command.

                  \(context.programName) job logs \(id)

                """)
        } else {
            try context.output.write("Results for job '\(id)' have been written to...\n\(report.directory)\n")
        }
    }
}
