import Testing

@testable import bacalhau_cli

/// What is sent, shown and returned around the submission of a job.
@Suite struct SubmissionTests {
    private static let jobPath = "orchestrator/jobs/\(ServerAnswers.jobID)"
    private static let accepted = FakeServer.Answer(
        #"{"JobID":"\#(ServerAnswers.jobID)","EvaluationID":"e","Warnings":null}"#)
    private static let jobFile = """
        Name: hello
        Type: batch
        Tasks:
          - Name: main
            Engine: {Type: docker, Params: {Image: "alpine"}}
            Publisher: {Type: local}
        """

    private func harness(
        _ states: [String], input: String = jobFile, more: [String: [FakeServer.Answer]] = [:], logs: [String] = []
    ) -> CommandHarness {
        var answers: [String: [FakeServer.Answer]] = [
            "PUT orchestrator/jobs": [SubmissionTests.accepted],
            "GET \(SubmissionTests.jobPath)": states.enumerated().map { index, state in
                ServerAnswers.oneJob(ServerAnswers.job(state: state, revision: index + 1))
            },
        ]
        answers.merge(more) { $1 }
        return CommandHarness(server: FakeServer(answers, logs: logs), input: input)
    }

    private let failure: [String: [FakeServer.Answer]] = [
        "GET \(jobPath)/history": [
            ServerAnswers.list([
                ServerAnswers.executionEvent(
                    8, revision: 4, time: "02",
                    event: ServerAnswers.event(
                        "Running Execution", "boom", details: #""IsError":"true","Hint":"be careful""#)),
                ServerAnswers.executionEvent(
                    8, revision: 4, time: "02", event: ServerAnswers.event("Running Execution", "boom")),
            ])
        ],
        "GET \(jobPath)/executions": [
            ServerAnswers.list([
                ServerAnswers.execution(
                    state: 8, revision: 4, modified: 1,
                    output: ServerAnswers.runOutput("", stderr: #"no such file\n"#, exitCode: 2))
            ])
        ],
    ]

    /// The lengths of steps differ from run to run.
    private func withoutTimes(_ text: String) -> String {
        text.replacing(/\x20\x20[0-9.]+s\n/, with: "  0.0s\n")
    }

    @Test func waitingShowsTheStepsAndWhatCanBeDoneNext() async throws {
        let outcome = await harness(["Pending", "Running", "Completed"]).run("job", "run")
        try Golden.expect(withoutTimes(outcome.output), "job-run-completed.txt")
        #expect(outcome.errors == "")
        #expect(outcome.status == .success)
    }

    @Test func aFailedJobEndsTheCommandWithAFailure() async throws {
        let outcome = await harness(["Pending", "Running", "Failed"], more: failure).run("job", "run")
        try Golden.expect(withoutTimes(outcome.output), "job-run-failed.txt")
        #expect(
            outcome.errors == """

                Error: boom
                Hint: be careful
                • Node n-4f0c2b1a: no such file

                """)
        #expect(outcome.status == .failure)
    }

    @Test func theIdentifierAloneIsPrinted() async {
        let done = await harness(["Running", "Completed"]).run("job", "run", "--id-only")
        #expect(done == .init(output: ServerAnswers.jobID + "\n"))
        let failed = await harness(["Failed"], more: failure).run("job", "run", "--id-only")
        #expect(failed.output == ServerAnswers.jobID + "\n")
        #expect(failed.status == .failure)
    }

    @Test func nothingIsAskedAfterTheSubmissionWithoutWaiting() async {
        let harness = harness([])
        let outcome = await harness.run("job", "run", "--wait=false", "--follow")
        #expect(outcome == .init(output: ServerAnswers.jobID + "\n"))
        #expect(harness.server.requests == ["PUT orchestrator/jobs"])
    }

    @Test func submissionIsForcedOnlyWhenAsked() async {
        let harness = harness([])
        _ = await harness.run("job", "run", "--wait=false")
        _ = await harness.run("job", "run", "--wait=false", "--force")
        #expect(harness.server.bodies.map { $0.hasSuffix(#","Force":true}"#) } == [false, true])
    }

    @Test func followingPrintsTheOutputAndNothingElse() async throws {
        let details = FakeServer.Answer(ServerAnswers.details)
        let harness = harness(
            [], more: ["GET \(SubmissionTests.jobPath)": [details]],
            logs: [#"{"value":{"Type":1,"Line":"hel"}}"#, #"{"value":{"Type":2,"Line":"lo\n"}}"#])
        let outcome = await harness.run("job", "run", "--follow")
        try Golden.expect(outcome.output, "job-run-follow.txt")
        #expect(outcome.errors == "")
        #expect(outcome.status == .success)
    }

    @Test func ctrlCLeavesTheJobAlone() async {
        var harness = harness(["Running"])
        harness.isInterrupted = true
        let outcome = await harness.run("job", "run", "--id-only")
        #expect(outcome.output == ServerAnswers.jobID + "\n")
        #expect(outcome.errors.contains("\tbacalhau-cli job stop \(ServerAnswers.jobID)\n"))
        #expect(outcome.status == .success)
    }

    @Test func warningsComeFirstWhereTheyDoNotDisturb() async {
        let warned = FakeServer.Answer(#"{"JobID":"j-1","EvaluationID":"e","Warnings":["careful"]}"#)
        let harness = harness([], more: ["PUT orchestrator/jobs": [warned]])
        #expect(
            await harness.run("docker", "run", "--wait=false", "alpine")
                == .init(output: "j-1\n", errors: "Warnings:\n\t* careful\n"))
        #expect(await harness.run("job", "run", "--wait=false").errors == "")
    }

    @Test(arguments: [
        (
            "docker-everything",
            "docker run --dry-run --name n --count 2 --priority 5 -l a=b,c -c zone=lab --target all -e A=1 -e B=2 "
                + "-w /work --entrypoint /bin/sh -i ipfs://QmX:/in -o out:/out -p local --cpu 500m --memory 1GB "
                + "--network http --domain example.org --timeout 60 --queue-timeout 10 alpine -- ls -l"
        ),
        (
            "wasm-cid",
            "wasm run --dry-run --entry-point go -e A=1 -U https://e.org/m.wasm -I QmLib:/lib "
                + "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG -- a -b"
        ),
    ]) func aDryRunPrintsTheJob(_ name: String, _ command: String) async throws {
        let harness = CommandHarness()
        let outcome = await harness.run(command.split(separator: " ").map(String.init))
        #expect(outcome.status == .success, "\(outcome.errors)")
        try Golden.expect(outcome.output, "dry-run-\(name).yaml")
        #expect(harness.server.requests == [])
    }
}
