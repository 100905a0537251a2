import Testing

@testable import bacalhau_cli

@Suite struct JobCommandTests {
    private func server(state: String, _ more: [String: [FakeServer.Answer]] = [:]) -> FakeServer {
        var answers = ["GET orchestrator/jobs/j-7d1e42a9": [ServerAnswers.oneJob(ServerAnswers.job(state: state))]]
        answers.merge(more) { $1 }
        return FakeServer(answers)
    }

    @Test func stoppingShowsTheEvaluation() async throws {
        let stop = [
            "DELETE orchestrator/jobs/\(ServerAnswers.jobID)": [FakeServer.Answer(#"{"EvaluationID":"5a2d6f0e"}"#)]
        ]
        let outcome = await CommandHarness(server: server(state: "Running", stop)).run("job", "stop", "j-7d1e42a9")
        try Golden.expect(outcome.output.replacing(/\x20\x20[0-9.]+s\n/, with: "  0.0s\n"), "job-stop.txt")
        #expect(outcome.status == .success)
        let quiet = await CommandHarness(server: server(state: "Running", stop)).run(
            "job", "stop", "--quiet", "j-7d1e42a9")
        #expect(quiet == .init())
    }

    @Test func aJobThatHasEndedCannotBeStopped() async {
        let server = server(state: "Completed")
        let outcome = await CommandHarness(server: server).run("job", "stop", "--quiet", "j-7d1e42a9")
        #expect(
            outcome.errors
                == "Error: job \(ServerAnswers.jobID) is already in a terminal state. The current state is: Completed\n"
        )
        #expect(outcome.status == .failure)
        #expect(server.requests == ["GET orchestrator/jobs/j-7d1e42a9"])
    }

    @Test func anEmptyIdentifierIsReadFromTheInput() async {
        let harness = CommandHarness(server: server(state: "Completed"), input: "j-7d1e42a9\n")
        _ = await harness.run("job", "stop", "")
        #expect(harness.server.requests == ["GET orchestrator/jobs/j-7d1e42a9"])
    }

    @Test func logsArePrintedAsTheyAre() async {
        let server = FakeServer(
            [:], logs: [#"{"value":{"Type":1,"Line":"a\n"}}"#, #"{"value":{"Type":2,"Line":"b"}}"#])
        let outcome = await CommandHarness(server: server).run("job", "logs", "-f", "-t", "-e", "e-1", "j-1")
        #expect(outcome == .init(output: "a\nb"))
        #expect(server.requests == ["SOCKET orchestrator/jobs/j-1/logs?execution_id=e-1&follow=true&tail=true"])
    }

    @Test(arguments: [
        (["--tail=20"], "tail=20"), (["-t=1"], "tail=01"), (["--tail=false"], ""),
        (["--since", "10m"], "since=1719569173"),
        (["--since=2024-06-28 10:00:00", "-f"], "follow=true&since=1719568800"),
    ])
    func logsBeginWhereTheUserWants(flags: [String], query: String) async {
        let harness = CommandHarness(server: FakeServer([:], logs: [#"{"value":{"Type":1,"Line":"a\n"}}"#]))
        #expect(await harness.run(["job", "logs", "j-1"] + flags) == .init(output: "a\n"))
        let path = "orchestrator/jobs/j-1/logs" + (query.isEmpty ? "" : "?" + query)
        #expect(harness.server.requests.filter { $0.hasPrefix("SOCKET") } == ["SOCKET \(path)"])
    }

    @Test(arguments: ["--tail=x", "--tail=-1", "--since=yesterday", "--since=-5m"])
    func aBeginningThatMakesNoSenseIsRefused(flag: String) async {
        let outcome = await CommandHarness(server: FakeServer([:])).run("job", "logs", "j-1", flag)
        #expect(outcome.errors.contains("should be a"))
        #expect(outcome.status == .failure)
    }

    @Test func anErrorInTheLogStreamIsAFailure() async {
        let server = FakeServer([:], logs: [#"{"error":"boom","value":{"Type":0,"Line":""}}"#])
        let outcome = await CommandHarness(server: server).run("job", "logs", "j-1")
        #expect(outcome.errors.contains("boom"))
        #expect(outcome.status == .failure)
    }

    @Test func aJobWithoutResultsPointsToItsLogs() async {
        let server = FakeServer(["GET orchestrator/jobs/j-1/results": [#"{"Items":[],"NextToken":""}"#]])
        let outcome = await CommandHarness(server: server).run("job", "get", "j-1")
        #expect(outcome.errors == "Fetching results of job 'j-1'...\n")
        #expect(outcome.output.hasPrefix("No results found\n"))
        #expect(outcome.output.hasSuffix("\n  bacalhau-cli job logs j-1\n"))
        #expect(outcome.status == .success)
    }

    @Test func resultsThatCannotBeFetchedAreListed() async {
        let server = FakeServer([
            "GET orchestrator/jobs/j-1/results": [#"{"Items":[{"Type":"ipfs","Params":{"CID":"QmX"}}],"NextToken":""}"#]
        ])
        let outcome = await CommandHarness(server: server).run("job", "get", "j-1")
        #expect(outcome.errors.contains("\"CID\": \"QmX\""))
        #expect(outcome.output == "")
        #expect(outcome.status == .success)
    }

    @Test func theFolderForResultsMustExist() async {
        let outcome = await CommandHarness().run("job", "get", "--output-dir", "/nowhere", "j-1")
        #expect(outcome.errors == "Error: output dir does not exist: /nowhere\n")
        #expect(outcome.status == .failure)
    }
}

@Suite struct ConnectionSettingsTests {
    private func settings(
        _ words: [String] = [], _ environment: [String: String] = [:]
    ) throws -> ConnectionSettings {
        try ConnectionSettings(try FlagParser.parse(words, flags: GlobalFlags.all), environment: environment)
    }

    @Test func aFlagWinsOverTheEnvironmentAndThatOverTheDefault() throws {
        #expect(try settings().endpoint == "http://127.0.0.1:1234")
        let environment = ["BACALHAU_API_HOST": "env", "BACALHAU_API_PORT": "2", "BACALHAU_API_TLS": "1"]
        #expect(try settings([], environment).endpoint == "https://env:2")
        #expect(try settings(["--api-host", "flag", "--tls=false"], environment).endpoint == "http://flag:2")
        #expect(
            try settings([], ["BACALHAU_NODE_CLIENTAPI_HOST": "key", "BACALHAU_API_HOST": "alias"]).endpoint
                == "http://key:1234")
    }

    @Test func neitherAnAuthorityNorInsecureTurnTLSOn() throws {
        #expect(try settings(["--insecure", "--cacert", "/etc/passwd"]).endpoint == "http://127.0.0.1:1234")
        #expect(throws: UsageError(message: #"CA certificate file "/nowhere.pem" does not exist"#)) {
            try settings(["--cacert", "/nowhere.pem"])
        }
    }

    @Test func theRepositoryIsFoundInOrder() throws {
        #expect(try settings([], ["HOME": "/home/me"]).repository == "/home/me/.bacalhau")
        #expect(try settings([], ["HOME": "/home/me", "BACALHAU_DIR": "/d"]).repository == "/d")
        #expect(
            try settings(["--repo", "~/r"], ["HOME": "/home/me", "BACALHAU_DIR": "/d"]).repository == "/home/me/r")
        #expect(try settings().repository == nil)
    }

    @Test func aPortIsANumberThatPortsHave() {
        #expect(throws: UsageError.self) { try settings([], ["BACALHAU_API_PORT": "70000"]) }
    }
}
