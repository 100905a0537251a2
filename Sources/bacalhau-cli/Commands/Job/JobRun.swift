import BacalhauModel

/// `job run`
enum JobRun {
    static let command = Command(
        "job run", usage: "[file]", "Submit a job from a file",
        details: "Reads YAML or JSON from the file, or from the standard input without one.",
        flags: RuntimeFlags.all + TemplateFlags.all + [
            Flag(
                "force", .bool,
                help: "Update the latest job of this name, and run it anew even if nothing changed"),
            Flag("show-warnings", .bool, help: "Show what the server remarks on the job"),
        ], positionals: .any
    ) { arguments, context in
        let runtime = try RuntimeFlags(arguments)
        let bytes = try TemplateFlags.expand(try JobSource.bytes(arguments, context), arguments, context.environment)
        var job = try JobSource.job(in: bytes)
        let warnings = job.sanitise()
        let showsWarnings = try arguments.bool("show-warnings")
        if showsWarnings || runtime.isDryRun { try Submission.show(warnings, to: context.errors) }
        return try await Submission(
            job: job, runtime: runtime, isForced: try arguments.bool("force"), showsWarnings: showsWarnings,
            doing: "failed request"
        ).run(arguments, context)
    }
}
