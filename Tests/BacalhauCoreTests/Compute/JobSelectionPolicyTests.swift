import BacalhauModel
import Testing

@testable import BacalhauCore

/// The rules that need nobody's answer, and how reasons are joined.
struct JobSelectionPolicyTests {
    private func job(
        network: NetworkType = .none, timeout: Int64 = 0, inputs: Int = 0, namespace: String = "default"
    ) -> Job {
        let input = InputSource(source: Source(type: "urlDownload"), target: "/in")
        let task = Job.Task(
            engine: Engine(type: "noop"), inputSources: Array(repeating: input, count: inputs),
            network: NetworkConfig(type: network), timeouts: Timeouts(execution: timeout))
        return Job(namespace: namespace, tasks: [task])
    }

    private func policy(_ change: (inout JobSelectionPolicy) -> Void) -> JobSelectionPolicy {
        var policy = JobSelectionPolicy()
        change(&policy)
        return policy
    }

    @Test func theDefaultPolicyTakesEverything() {
        let job = job(network: .full, timeout: 1_000_000)
        #expect(JobSelectionPolicy().objections(to: job, remoteInputCount: 3) == [])
    }

    @Test func networkedJobsCanBeRefused() {
        let policy = policy { $0.acceptsNetworkedJobs = false }
        #expect(
            policy.objections(to: job(network: .http), remoteInputCount: 0) == [
                "this node does not run jobs that require network access"
            ])
        #expect(policy.objections(to: job(), remoteInputCount: 0) == [])
    }

    @Test func timeoutsMustLieWithinTheLimits() {
        let policy = policy {
            $0.minimumExecutionTimeout = .seconds(10)
            $0.maximumExecutionTimeout = .seconds(3600)
            $0.timeoutBypassNamespaces = ["trusted"]
        }
        #expect(
            policy.objections(to: job(timeout: 9), remoteInputCount: 0) == [
                "this node does not accept jobs with timeout 9s (minimum 10s)"
            ])
        #expect(
            policy.objections(to: job(timeout: 3601), remoteInputCount: 0) == [
                "this node does not accept jobs with timeout 1h0m1s (maximum 1h0m0s)"
            ])
        #expect(policy.objections(to: job(timeout: 10), remoteInputCount: 0) == [])
        #expect(policy.objections(to: job(timeout: 3600), remoteInputCount: 0) == [])
        #expect(policy.objections(to: job(timeout: 0), remoteInputCount: 0) == [])
        #expect(policy.objections(to: job(timeout: 5, namespace: "trusted"), remoteInputCount: 0) == [])
    }

    @Test func jobsWithoutATimeoutOfTheirOwnEndAtTheMaximum() {
        let policy = policy {
            $0.maximumExecutionTimeout = .seconds(60)
            $0.timeoutBypassNamespaces = ["trusted"]
        }
        var job = job()
        job.tasks[0].timeouts.total = 1800
        #expect(policy.objections(to: job, remoteInputCount: 0) == [])
        #expect(policy.longestRun(of: job, wanted: .seconds(1800)) == .seconds(60))
        #expect(policy.longestRun(of: job, wanted: .seconds(30)) == .seconds(30))
        #expect(JobSelectionPolicy().longestRun(of: job, wanted: .seconds(1800)) == .seconds(1800))
        job.namespace = "trusted"
        #expect(policy.longestRun(of: job, wanted: .seconds(1800)) == .seconds(1800))
    }

    @Test func statelessJobsCanBeRefused() {
        let policy = policy { $0.rejectsStatelessJobs = true }
        #expect(
            policy.objections(to: job(), remoteInputCount: 0) == [
                "this node does not accept jobs without any input volumes"
            ])
        #expect(policy.objections(to: job(inputs: 1), remoteInputCount: 1) == [])
    }

    @Test func inputsCanBeAskedToBeLocal() {
        let policy = policy { $0.inputLocality = .local }
        #expect(
            policy.objections(to: job(inputs: 2), remoteInputCount: 2) == [
                "this node does not have all input data locally (2 inputs require downloading)"
            ])
        #expect(policy.objections(to: job(inputs: 2), remoteInputCount: 0) == [])
    }

    @Test func allRulesAreLookedAt() {
        let policy = policy {
            $0.acceptsNetworkedJobs = false
            $0.rejectsStatelessJobs = true
            $0.maximumExecutionTimeout = .milliseconds(1500)
        }
        #expect(
            policy.objections(to: job(network: .full, timeout: 2), remoteInputCount: 0) == [
                "this node does not run jobs that require network access",
                "this node does not accept jobs with timeout 2s (maximum 1.5s)",
                "this node does not accept jobs without any input volumes",
            ])
    }

    @Test func aRefusalWeighsMoreThanAMissingAnswer() {
        let refusal = SelectionRefusal(objections: [], answers: [.undecided("no server"), .refused("too old")])
        #expect(refusal?.reason == "too old; no server")
        #expect(refusal?.isRetryable == false)
    }

    @Test func aMissingAnswerIsAReasonToTryLater() {
        let refusal = SelectionRefusal(objections: [], answers: [.accepted, .undecided("no server")])
        #expect(refusal?.reason == "no server")
        #expect(refusal?.isRetryable == true)
    }

    @Test func nothingAgainstAJobIsNoRefusal() {
        #expect(SelectionRefusal(objections: [], answers: [.accepted]) == nil)
    }
}
