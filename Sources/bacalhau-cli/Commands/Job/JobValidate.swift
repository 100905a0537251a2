import BacalhauModel

/// `job validate`
enum JobValidate {
    static let command = Command(
        "job validate", usage: "<file>", "Check a job file without submitting it", positionals: .atLeast(1)
    ) { arguments, context in
        var job: Job
        do {
            job = try JobSource.job(in: try JobSource.bytes(of: arguments.positionals[0]))
        } catch let error as JobProblems {
            return try refuse(error, context)
        }
        let warnings = job.sanitise()
        job.normalise()
        let problems = job.problems()
        guard problems.isEmpty else {
            return try refuse(JobProblems(text: problems.joined(separator: "\n")), context)
        }
        for warning in warnings { try context.output.line(warning) }
        try context.output.line("OK")
        return .success
    }

    private static func refuse(_ problems: JobProblems, _ context: CommandContext) throws -> ExitStatus {
        try context.output.write("Error: the job provided is invalid\n\n")
        try context.errors.line(problems.text)
        return .failure
    }
}
