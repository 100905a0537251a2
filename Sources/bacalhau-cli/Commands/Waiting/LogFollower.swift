import BacalhauClient
import BacalhauModel

/// Prints the output of a job's executions, one after the other as they start, until the job has ended.
struct LogFollower {
    private static let pauseMin = Duration.milliseconds(50)
    private static let pauseMax = Duration.milliseconds(500)

    let watch: JobWatch

    /// The job at its end.
    func run() async throws -> Job {
        var lastAnswer = ContinuousClock.now
        var followed: Set<ExecutionID> = []
        var pause = LogFollower.pauseMin
        while true {
            guard let details = try await details(since: &lastAnswer) else { continue }
            let started = (details.executions ?? []).filter { $0.hasStarted && $0.jobVersion >= watch.version }
                .sorted { $0.createTime < $1.createTime }
            if let next = started.first(where: { !followed.contains($0.id) }) {
                followed.insert(next.id)
                try await follow(next)
                pause = LogFollower.pauseMin
            } else if details.job.state.type.isTerminal {
                return details.job
            } else {
                try await Task.sleep(for: pause)
                pause = min(pause * 2, LogFollower.pauseMax)
            }
        }
    }

    /// `nil` after a pause while the server is away, which does not end what waits for the job either.
    private func details(since lastAnswer: inout ContinuousClock.Instant) async throws -> JobDetails? {
        do throws(BacalhauError) {
            let details = try await watch.client.jobs.get(watch.id, including: [.executions])
            lastAnswer = .now
            return details
        } catch {
            guard error.isRetryable, ContinuousClock.now - lastAnswer < RetryPolicy().outageMax else {
                throw CommandFailure("could not get job \(watch.id)", error)
            }
            try await Task.sleep(for: LogFollower.pauseMax)
            return nil
        }
    }

    private func follow(_ execution: Execution) async throws {
        do {
            for try await message in watch.client.jobs.logs(watch.id, execution: execution.id, follow: true) {
                try watch.context.output.write(message.line)
            }
        } catch let error as BacalhauError {
            // An execution that failed early has no log; the job's end tells why.
            guard execution.computeState.type.isDiscarded else {
                throw CommandFailure("error reading the logs of job \(watch.id)", error)
            }
        }
    }
}

extension Execution {
    /// Whether its program runs or has run.
    fileprivate var hasStarted: Bool {
        switch computeState.type {
        case .bidAccepted, .completed, .failed, .cancelled: true
        default: false
        }
    }
}
