import BacalhauClient
import BacalhauModel

/// What the user sees of a job after its submission, up to its end.
struct JobWatch: Sendable {
    private static let labelWidth = 30

    let id: JobID
    /// Executions of earlier runs of the job are not shown.
    var version: UInt64 = 0
    /// Whether there will be results to fetch.
    let hasPublisher: Bool
    let runtime: RuntimeFlags
    let client: BacalhauClient
    let context: CommandContext

    /// - Returns: failure when the job failed or was stopped while we waited.
    func run() async throws -> ExitStatus {
        guard runtime.waits else {
            try context.output.line(id.rawValue)
            return .success
        }
        if runtime.printsOnlyID {
            try context.output.line(id.rawValue)
        } else {
            try context.output.line("Job successfully submitted. Job ID: \(id)")
        }
        let last: Job?
        if runtime.follows {
            try context.output.write(
                "Waiting for logs... (Enter Ctrl+C to exit at any time, your job will continue running)\n\n")
            last = try await untilInterrupted { try await LogFollower(watch: self).run() }
        } else if runtime.printsOnlyID {
            last = try await untilInterrupted { try await states { _ in } }
        } else {
            try context.output.write(
                "Checking job status... (Enter Ctrl+C to exit at any time, your job will continue running)\n\n")
            last = try await untilInterrupted { try await showProgress() }
        }
        guard let last else {
            try sayThatItGoesOn()
            return .success
        }
        return try await JobOutcome(watch: self, job: last).show()
    }

    /// `nil` after Ctrl-C and when the time that the user allows has passed.
    private func untilInterrupted(_ body: @escaping @Sendable () async throws -> Job) async throws -> Job? {
        guard let limit = runtime.waitLimit else { return try await context.untilInterrupted(body) }
        let job = try await context.untilInterrupted {
            try await withThrowingTaskGroup(of: Job?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await body() }
                group.addTask {
                    try? await Task.sleep(for: limit)
                    return nil
                }
                return try await group.next() ?? nil
            }
        }
        return job ?? nil
    }

    private func showProgress() async throws -> Job {
        var display = StepDisplay(context.output, labelWidth: JobWatch.labelWidth)
        try display.begin("Communicating with the network")
        do {
            let job = try await states { job in
                switch job.state.type {
                case .pending: try display.begin("Creating job for submission")
                case .running: try display.begin("Job in progress")
                default: break
                }
            }
            let isWell = job.state.type == .completed || !job.state.type.isTerminal
            try display.end(isWell ? .done : .failed)
            return job
        } catch {
            try? display.end(Task.isCancelled ? .interrupted : .failed)
            throw error
        }
    }

    /// Shows each state of the job until it settles: at its end, or when a long-running one runs.
    private func states(_ show: (Job) throws -> Void) async throws -> Job {
        do {
            var last: Job?
            for try await job in client.jobs.states(of: id) {
                try show(job)
                last = job
                if job.kind?.isLongRunning == true, job.state.type == .running { break }
            }
            guard let last else { throw CommandFailure("could not get job \(id)") }
            return last
        } catch let error as BacalhauError {
            throw CommandFailure("could not get job \(id)", error)
        }
    }

    private func sayThatItGoesOn() throws(SinkClosed) {
        let program = context.programName
        let text = """

            Printout canceled (the job is still running).

            To get more details about the job, run:
            \t\(program) job describe \(id)

            To stop the job, run:
            \t\(program) job stop \(id)

            """
        try (runtime.printsOnlyID ? context.errors : context.output).write(text)
    }
}
