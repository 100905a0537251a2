import Testing

@testable import bacalhau_cli

/// Why a job does not run, and running it again.
@Suite struct ExplainAndRerunTests {
    private static let path = "orchestrator/jobs/\(ServerAnswers.jobID)"

    private func waiting(_ more: [String: [FakeServer.Answer]] = [:]) -> CommandHarness {
        var answers = ["GET \(Self.path)": [ServerAnswers.oneJob(ServerAnswers.job(state: "Queued", revision: 2))]]
        answers.merge(more) { $1 }
        return CommandHarness(server: FakeServer(answers))
    }

    @Test func aJobThatIsNotOverIsDescribedWithWhatItWaitsFor() async throws {
        let harness = waiting(["GET \(Self.path)/explain": [ServerAnswers.explanation]])
        let outcome = await harness.run("job", "describe", ServerAnswers.jobID)
        try Golden.expect(outcome.output, "job-describe-waiting.txt")
        #expect(outcome.errors == "")
    }

    @Test func anOlderServerThatCannotExplainIsNotComplainedOf() async {
        let outcome = await waiting().run("job", "describe", ServerAnswers.jobID)
        #expect(outcome.status == .success)
        #expect(outcome.errors == "")
        #expect(!outcome.output.contains("Why"))
    }

    @Test func formsForProgramsAskForNoExplanation() async {
        let harness = waiting()
        _ = await harness.run("job", "describe", ServerAnswers.jobID, "--output", "json")
        #expect(harness.server.requests == ["GET \(Self.path)?include=executions%2Chistory"])
    }

    @Test func explainingAnUnknownJobIsAFailure() async {
        let refusal = FakeServer.Answer(#"{"Code":"NotFound","message":"Job not found. ID: j-1"}"#, status: 404)
        let outcome = await CommandHarness(server: FakeServer(["GET orchestrator/jobs/j-1/explain": [refusal]]))
            .run("job", "explain", "j-1")
        #expect(
            outcome
                == .init(errors: "Error: could not explain job j-1: Job not found. ID: j-1\n", status: .failure))
    }

    private static let accepted = FakeServer.Answer(
        #"{"EvaluationID":"e","JobID":"\#(ServerAnswers.jobID)","JobVersion":1,"Warnings":[]}"#)

    private func rerun(states: [String], _ more: [String: [FakeServer.Answer]] = [:]) -> CommandHarness {
        var answers: [String: [FakeServer.Answer]] = [
            "PUT \(Self.path)/rerun": [Self.accepted],
            "GET \(Self.path)": states.enumerated().map { index, state in
                ServerAnswers.oneJob(ServerAnswers.job(state: state, revision: index + 3))
            },
        ]
        answers.merge(more) { $1 }
        return CommandHarness(server: FakeServer(answers))
    }

    @Test func aRerunIsWaitedForAsARunIs() async throws {
        let harness = rerun(states: ["Failed", "Running", "Completed"])
        let outcome = await harness.run("job", "rerun", ServerAnswers.jobID, "--reason", "again")
        try Golden.expect(outcome.output.replacing(/\x20\x20[0-9.]+s\n/, with: "  0.0s\n"), "job-rerun.txt")
        #expect(outcome.errors == "")
        #expect(outcome.status == .success)
        #expect(harness.server.bodies.first == #"{"JobVersion":0,"Reason":"again"}"#)
    }

    @Test func theWholeJobIsRunAgainOnlyWhenAsked() async {
        let harness = rerun(states: ["Completed"])
        let outcome = await harness.run("job", "rerun", ServerAnswers.jobID, "--all", "--version=1", "--wait=false")
        #expect(outcome == .init(output: ServerAnswers.jobID + "\n"))
        #expect(harness.server.bodies.first == #"{"JobVersion":1,"Reason":"","All":true}"#)
    }

    @Test func aFailedRerunShowsOnlyItsOwnExecutions() async {
        let harness = rerun(
            states: ["Failed", "Failed"],
            [
                "GET \(Self.path)/executions": [ServerAnswers.partitions],
                "GET \(Self.path)/history": [
                    ServerAnswers.list([
                        ServerAnswers.executionEvent(
                            8, revision: 4, time: "02", event: ServerAnswers.event("Running Execution", "the first run")
                        )
                    ])
                ],
            ])
        let outcome = await harness.run("job", "rerun", ServerAnswers.jobID, "--id-only")
        #expect(outcome.errors.hasPrefix("\nError: the job is Failed\n"))
        #expect(outcome.status == .failure)
    }

    @Test func aJobThatIsNotOverIsRefusedWithTheServersHint() async {
        let refusal = FakeServer.Answer(
            #"{"Code":"ConflictJobState","message":"job j is not over yet","Hint":"Stop it first."}"#, status: 409)
        let harness = rerun(states: ["Running"], ["PUT \(Self.path)/rerun": [refusal]])
        #expect(
            await harness.run("job", "rerun", ServerAnswers.jobID)
                == .init(
                    errors: "Error: could not run job \(ServerAnswers.jobID) again: job j is not over yet\n"
                        + "Hint: Stop it first.\n", status: .failure))
    }
}
