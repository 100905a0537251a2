import BacalhauClient
import BacalhauModel

/// Prints the output of a job's executions, one after the other as they start, until the job has ended.
struct LogFollower {
    private static let pauseMin = Duration.milliseconds(50)
    private static let pauseMax = Duration.milliseconds(500)

    let watch: JobWatch

    /// The job at its end.
    func run() async throws -> Job {
        let id = watch.id.rawValue
        let jobs = watch.client.jobs
        var followed: Set<ExecutionID> = []
        var pause = LogFollower.pauseMin
        while true {
            let details = try await failing("could not get job \(id)") { () async throws(BacalhauError) in
                try await jobs.get(id, including: [.executions])
            }
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
