import Testing

@testable import bacalhau_cli

/// What commands ask a server and print of its answers, byte for byte.
@Suite struct ServerListingTests {
    private let harness = CommandHarness(
        server: FakeServer([
            "GET orchestrator/jobs": [.init(ServerAnswers.jobList)],
            "GET orchestrator/jobs/j-7d1e42a9": [.init(ServerAnswers.details)],
            "GET orchestrator/jobs/j-7d1e42a9/executions": [ServerAnswers.executions],
            "GET orchestrator/jobs/j-7d1e42a9/history": [ServerAnswers.list(ServerAnswers.events)],
            "GET orchestrator/jobs/j-7d1e42a9/explain": [ServerAnswers.explanation],
            "GET orchestrator/jobs/j-partitioned/executions": [ServerAnswers.partitions],
            "GET orchestrator/nodes": [.init(ServerAnswers.nodeList)],
            "GET orchestrator/nodes/n-4f0c2b1a": [
                .init("{\"Node\":\(ServerAnswers.node(capacity: ServerAnswers.smallNode))}")
            ],
            "GET orchestrator/jobs/j-updated/versions": [ServerAnswers.versions],
            "GET orchestrator/jobs/j-updated/history": [
                ServerAnswers.list([
                    ServerAnswers.jobEvent("Pending", revision: 1, time: "01.102"),
                    ServerAnswers.jobEvent(
                        "Pending", revision: 4, time: "44.5",
                        event: #"{"Message":"again","Details":{"JobVersion":"1"}}"#),
                ])
            ],
            "GET agent/config": [#"{"config":{"API":{"Host":"127.0.0.1","Port":1234},"DataDir":"/data"}}"#],
            "GET agent/node": [.init(ServerAnswers.node(capacity: ServerAnswers.smallNode))],
            "GET agent/alive": [#"{"Status":"OK"}"#],
            "GET agent/version": [
                #"{"Major":"1","Minor":"4","GitVersion":"v1.4.0","GitCommit":"0123abcd","BuildDate":"2024-06-28T09:12:33Z","GOOS":"linux","GOARCH":"amd64"}"#
            ],
        ]))

    private static let commands: [(file: String, command: String)] = [
        ("job-list.json", "job list --output json"), ("job-list-pretty.json", "job list --output json --pretty"),
        ("job-list.yaml", "job list --output yaml"), ("job-describe.yaml", "job describe j-7d1e42a9 --output yaml"),
        ("job-explain.txt", "job explain j-7d1e42a9"), ("job-explain.json", "job explain j-7d1e42a9 --output json"),
        ("job-explain.yaml", "job explain j-7d1e42a9 --output yaml"),
        ("job-executions-wide.txt", "job executions j-partitioned --wide"),
        ("job-executions-partitions.txt", "job executions j-partitioned"),
        ("job-versions.txt", "job versions j-updated"), ("agent-config.yaml", "agent config"),
        ("agent-config.json", "agent config --output json"),
        ("help-job-explain.txt", "job explain --help"), ("help-job-rerun.txt", "job rerun --help"),
        ("help-job-run.txt", "job run --help"), ("help-job-history.txt", "job history --help"),
        ("job-history.csv", "job history j-7d1e42a9 --output csv"), ("node-list-wide.txt", "node list --wide"),
        ("node-list-plain.txt", "node list --show="), ("node-describe.json", "node describe n-4f0c2b1a --output json"),
        ("agent-node.txt", "agent node"), ("agent-alive.txt", "agent alive"), ("agent-version.txt", "agent version"),
        ("version.txt", "version"), ("version.json", "version --output json --client"),
        ("help-job-list.txt", "job list --help"), ("help.txt", "--help"), ("help-docker-run.txt", "help docker run"),
    ]

    @Test(arguments: commands) func outputIsTheGoldenOne(_ file: String, _ command: String) async throws {
        let outcome = await harness.run(command.split(separator: " ").map(String.init))
        #expect(outcome.status == .success, "\(outcome.errors)")
        try Golden.expect(outcome.output, file)
        #expect(!outcome.output.contains("\u{1B}"), "a pipe gets no colours")
    }

    @Test func listParametersReachTheServer() async {
        _ = await harness.run(
            "job", "list", "--limit=3", "--next-token", "MTA", "--order-by", "modified_at", "--order-reversed",
            "--labels", "b in (y,x), !a")
        #expect(
            harness.server.requests == [
                "GET orchestrator/jobs?labels=%21a&labels=b%20in%20%28x%2Cy%29&limit=3&next_token=MTA"
                    + "&order_by=modified_at&reverse=true"
            ])
    }

    @Test func jobsOfMonitorsAreLeftOutUnlessAskedFor() async {
        _ = await harness.run("job", "list")
        _ = await harness.run("job", "list", "--labels", "")
        #expect(
            harness.server.requests == [
                "GET orchestrator/jobs?labels=bacalhau_canary%21%3Dtrue&limit=10", "GET orchestrator/jobs?limit=10",
            ])
    }
}
