import BacalhauModel

@testable import BacalhauCore

/// Somebody who submits a job, perhaps stops it or runs it again, and insists on answers.
struct SimulatedClient {
    enum Wish {
        case submit(Job)
        case stop(of: Int)
        case rerun(of: Int, RerunScope)
        case update(of: Int, cpu: String)
    }

    let wish: Wish
    /// The job that was acknowledged.
    private(set) var job: JobID?
    private(set) var isAnswered = false

    init(_ wish: Wish) { self.wish = wish }

    mutating func take(_ outcome: CommandOutcome) {
        switch outcome {
        case .submitted(let id, _):
            if case .submit = wish { job = id }
            isAnswered = true
        case .refused(let error): isAnswered = isAnswered || !error.isRetryable
        default: isAnswered = true
        }
    }
}

extension SimulatedCluster {
    func act(_ index: Int) throws {
        guard !clients[index].isAnswered else { return }
        let command: Command
        let evaluation = EvaluationID(rawValue: "v-\(index)")
        switch clients[index].wish {
        case .submit(let job): command = .submit(job, evaluation: evaluation, token: "token-\(index)")
        case .stop(let other):
            guard let id = clients[other].job else {
                time.schedule(.client(index), in: .seconds(5))
                return
            }
            command = .stop(id, reason: "", evaluation: evaluation)
        case .update(let other, let cpu):
            guard let id = clients[other].job, var job = try orchestrator.store.job(id)?.job else {
                time.schedule(.client(index), in: .seconds(5))
                return
            }
            job.tasks[0].resources.cpu = cpu
            command = .update(
                id, job, stored: nil, mayBeSame: true, evaluation: evaluation, token: "token-\(index)")
        case .rerun(let other, let scope):
            guard let id = clients[other].job else {
                time.schedule(.client(index), in: .seconds(5))
                return
            }
            command = .rerun(id, stored: nil, scope, reason: "", evaluation: evaluation)
        }
        let item = SimulatedOrchestrator.Item(command: command, caller: .client(index))
        deliver(.arriveAtOrchestrator(item))
        time.schedule(.client(index), in: .seconds(5))
    }
}
