import BacalhauModel

/// `docker run`
enum DockerRun {
    static let command = Command(
        "docker run", usage: "IMAGE[:TAG|@DIGEST] [COMMAND] [ARG...]", "Run a container image",
        details: "Put -- before arguments of the program that begin with a dash: docker run alpine -- ls -l",
        flags: JobFlags.all + TaskFlags.all + RuntimeFlags.all + [
            Flag("entrypoint", .strings, help: "Replace the image's entry point"),
            Flag("env", short: "e", .strings, help: "Environment variables of the program: NAME=value"),
            Flag("ipfs-connect", help: "Accepted for compatibility; without effect"),
            Flag("workdir", short: "w", help: "The folder in which the program starts"),
        ], positionals: .atLeast(1)
    ) { arguments, context in
        let runtime = try RuntimeFlags(arguments)
        var job = try JobFlags.job(arguments)
        job.tasks = [try TaskFlags.task(arguments, engine: try engine(arguments))]
        return try await Submission(job: job, runtime: runtime, showsWarnings: true, doing: "failed to submit job")
            .run(arguments, context)
    }

    static func engine(_ arguments: ParsedArguments) throws -> Engine {
        let directory = arguments.string("workdir")
        guard directory.isEmpty || directory.hasPrefix("/") else {
            throw UsageError(message: "the working directory \(Values.quoted(directory)) is not an absolute path")
        }
        let variables = try EnvironmentFlag.checked(try arguments.strings("env"))
        return Engine(
            type: "docker",
            params: [
                "Image": .string(arguments.positionals[0]),
                "Entrypoint": list(try arguments.strings("entrypoint"), orNull: true),
                "Parameters": list(Array(arguments.positionals.dropFirst()), orNull: false),
                "EnvironmentVariables": list(variables, orNull: true), "WorkingDirectory": .string(directory),
            ])
    }

    private static func list(_ texts: [String], orNull: Bool) -> JSONValue {
        texts.isEmpty && orNull ? .null : .array(texts.map(JSONValue.string))
    }
}
