/// Flags about what happens around the submission of a job.
struct RuntimeFlags: Hashable, Sendable {
    var waits: Bool
    /// Ends the waiting; only when the user asks for it.
    var waitLimit: Duration?
    var printsOnlyID: Bool
    var showsNodeDetails: Bool
    var follows: Bool
    var isDryRun: Bool

    static let all: [Flag] =
        [Flag("dry-run", .bool, help: "Do not submit the job, but instead print out what will be submitted")]
        + withoutDryRun

    /// For jobs that the server has already.
    static let withoutDryRun: [Flag] = [
        Flag("follow", short: "f", .bool, help: "When specified will follow the output from the job as it runs"),
        Flag("id-only", .bool, help: "Print out only the Job ID on successful submission"),
        Flag("node-details", .bool, help: "Print out details of all nodes (overridden by --id-only)"),
        Flag("wait", .bool, default: "true", help: "Wait for the job to finish. Use --wait=false to return at once"),
        Flag("wait-timeout-secs", .int, help: "How many seconds to wait for the job to finish; no limit by default"),
    ]

    init(_ arguments: ParsedArguments) throws(ValueError) {
        waits = try arguments.bool("wait", default: true)
        printsOnlyID = try arguments.bool("id-only")
        showsNodeDetails = try arguments.bool("node-details")
        follows = try arguments.bool("follow")
        isDryRun = try arguments.bool("dry-run")
        waitLimit =
            arguments.isSet("wait-timeout-secs") ? .seconds(try arguments.integer("wait-timeout-secs")) : nil
    }
}
