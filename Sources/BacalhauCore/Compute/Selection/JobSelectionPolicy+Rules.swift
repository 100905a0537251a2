import BacalhauModel
import BacalhauSupport

extension JobSelectionPolicy {
    /// What speaks against a job by the rules that need nobody's answer; all of it, in a fixed order.
    ///
    /// - Parameter remoteInputCount: how many inputs would have to be fetched from elsewhere.
    func objections(to job: Job, remoteInputCount: Int) -> [String] {
        var clauses: [String] = []
        if job.task.network.type != .none, !acceptsNetworkedJobs {
            clauses.append("run jobs that require network access")
        }
        if let clause = timeoutObjection(to: job) { clauses.append(clause) }
        if job.task.inputSources.isEmpty, rejectsStatelessJobs {
            clauses.append("accept jobs without any input volumes")
        }
        if inputLocality == .local, remoteInputCount > 0 {
            let inputs = remoteInputCount == 1 ? "1 input requires" : "\(remoteInputCount) inputs require"
            clauses.append("have all input data locally (\(inputs) downloading)")
        }
        return clauses.map { "this node does not \($0)" }
    }

    /// How long a job that is taken may run: as long as it wants, but without an execution timeout of its own, so that
    /// nobody could refuse it, not longer than the maximum.
    func longestRun(of job: Job, wanted: Duration) -> Duration {
        guard let maximumExecutionTimeout, job.task.timeouts.execution <= 0,
            !timeoutBypassNamespaces.contains(job.namespace)
        else { return wanted }
        return min(wanted, maximumExecutionTimeout)
    }

    private func timeoutObjection(to job: Job) -> String? {
        guard job.task.timeouts.execution > 0, !timeoutBypassNamespaces.contains(job.namespace) else { return nil }
        let timeout = Duration.seconds(job.task.timeouts.execution)
        if timeout < minimumExecutionTimeout {
            return "accept jobs with timeout \(text(timeout)) (minimum \(text(minimumExecutionTimeout)))"
        }
        if let maximumExecutionTimeout, timeout > maximumExecutionTimeout {
            return "accept jobs with timeout \(text(timeout)) (maximum \(text(maximumExecutionTimeout)))"
        }
        return nil
    }

    private func text(_ duration: Duration) -> String { DurationText.goStyle(duration) }
}
