import BacalhauCore
import BacalhauTestSupport
import Testing

@testable import bacalhau_node

/// The node's flags about jobs and nodes.
@Suite struct OrchestratorFlagsTests {
    private func settings(_ flags: String...) throws -> OrchestratorSettings {
        guard case .node(let configuration, _) = try NodeArguments(["serve"] + flags, environment: [:]) else {
            throw BacalhauError(.internal, "no node was asked for")
        }
        return configuration.orchestrator
    }

    @Test func withoutFlagsTheDefaultsHold() throws {
        let settings = try settings()
        #expect(settings.defaultTotalTimeoutSeconds == 1800)
        #expect(settings.defaultQueueTimeoutSeconds == 0)
        #expect(settings.defaultRetryPolicy == Job.RetryPolicy())
        #expect(settings.nodeLease == .seconds(45))
        #expect(settings.nodeLossGrace == .seconds(120))
        #expect(settings.unfinishedJobCountMax == 200_000)
        #expect(settings.approvesNewNodes)
    }

    @Test func everySettingHasAFlag() throws {
        let settings = try settings(
            "--default-total-timeout", "2h", "--default-queue-timeout=1m30s", "--default-max-retries", "5",
            "--default-retry-backoff=3", "--default-retry-max-backoff=2m", "--node-disconnected-after=30s",
            "--node-loss-grace", "0", "--max-unfinished-jobs=10", "--manual-node-approval")
        #expect(settings.defaultTotalTimeoutSeconds == 7200)
        #expect(settings.defaultQueueTimeoutSeconds == 90)
        #expect(
            settings.defaultRetryPolicy
                == Job.RetryPolicy(retryCountMax: 5, backoffSeconds: 3, backoffMaxSeconds: 120))
        #expect(settings.nodeLease == .seconds(30))
        #expect(settings.nodeLossGrace == .zero)
        #expect(settings.unfinishedJobCountMax == 10)
        #expect(!settings.approvesNewNodes)
        #expect(try self.settings("--manual-node-approval=false").approvesNewNodes)
    }

    @Test(arguments: [
        "--default-total-timeout", "--default-queue-timeout", "--default-max-retries", "--default-retry-backoff",
        "--default-retry-max-backoff", "--node-disconnected-after", "--node-loss-grace", "--max-unfinished-jobs",
        "--manual-node-approval",
    ])
    func theHelpTextHasEachFlag(_ flag: String) { #expect(NodeArguments.usage.contains("\n  \(flag)"), "\(flag)") }

    @Test(arguments: [
        (
            "--default-queue-timeout=soon",
            "invalid argument \"soon\" for --default-queue-timeout: write whole seconds (90) or a length of time like "
                + "1h30m"
        ),
        (
            "--node-loss-grace=-1",
            "invalid argument \"-1\" for --node-loss-grace: write whole seconds (90) or a length of time like 1h30m"
        ),
        (
            "--default-max-retries=1001",
            "invalid argument \"1001\" for --default-max-retries: write a number from 0 to 1000"
        ),
        (
            "--manual-node-approval=maybe",
            "invalid argument \"maybe\" for --manual-node-approval: write true or false"
        ),
        ("--max-unfinished-jobs", "flag needs an argument: --max-unfinished-jobs"),
    ])
    func aWrongValueIsNamed(_ flag: String, _ message: String) {
        #expect(throws: BacalhauError(.badRequest, message)) { try settings(flag) }
    }

    @Test(arguments: ["", "h", "5x", "1h30", "99999999999h", "500ms", "10001d", "-5"])
    func unreadableDurationsAreRefused(_ text: String) {
        #expect(throws: BacalhauError.self) { try settings("--default-queue-timeout", text) }
    }

    @Test func settingsThatCannotWorkStopTheStartWithAllReasons() async throws {
        var configuration = NodeConfiguration(dataDirectory: try TestPlaces.makeDirectory())
        defer { TestPlaces.remove(configuration.dataDirectory) }
        configuration.api = nil
        configuration.orchestrator.nodeLease = .seconds(1)
        configuration.orchestrator.defaultRetryPolicy.retryCountMax = -1
        configuration.orchestrator.defaultQueueTimeoutSeconds = -5
        let refusal = BacalhauError(
            .configuration,
            """
            RetryPolicy.MaxRetries is -1 and must be between 0 and 1000
            the default queue timeout is -5 s and must be from 0 to ten years
            the node lease is 1.0 seconds and must be from 5 seconds to one day
            """, hint: "Correct the orchestrator's settings.", component: "Orchestrator")
        let broken = configuration
        await #expect(throws: refusal) { try await BacalhauNode.run(broken) { (node: BacalhauNode) in _ = node.id } }
    }
}
