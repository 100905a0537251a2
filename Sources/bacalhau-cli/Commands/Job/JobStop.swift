import BacalhauClient
import BacalhauModel

/// `job stop`
enum JobStop {
    private static let labelWidth = 21

    static let command = Command(
        "job stop", usage: "[id]", "Stop a job", details: "Does not wait until the job has ended.",
        flags: [Flag("quiet", .bool, help: "Print nothing but errors")], positionals: .exactly(1)
    ) { arguments, context in
        let id = try JobIdentifier.read(arguments, context)
        let isQuiet = try arguments.bool("quiet")
        let client = try context.client(arguments)
        if !isQuiet { try context.output.write("Checking job status\n\n") }
        var display = StepDisplay(isQuiet ? nil : context.output, labelWidth: labelWidth)
        do {
            try display.begin("Connecting to network")
            let job = try await failing("could not get job \(id)") { () async throws(BacalhauError) in
                try await client.jobs.get(id).job
            }
            try display.begin("Verifying job state")
            guard !job.state.type.isTerminal else {
                throw CommandFailure(
                    "job \(job.id) is already in a terminal state. The current state is: \(job.state.type.rawValue)")
            }
            try display.begin("Stopping job")
            let evaluation = try await failing("could not stop job \(id)") { () async throws(BacalhauError) in
                try await client.jobs.stop(job.id)
            }
            try display.end(.done)
            if !isQuiet {
                let text = evaluation.map { " with evaluation ID: \($0)" } ?? ""
                try context.output.write("\nJob stop successfully submitted\(text)\n")
            }
            return .success
        } catch {
            try display.end(.failed)
            throw error
        }
    }
}
