import BacalhauModel
import Testing

@testable import bacalhau_cli

@Suite struct JobOutcomeTests {
    @Test func eachReasonIsToldOnce() {
        let reasons = JobOutcome.reasons(in: Samples.history + Samples.history)
        #expect(
            reasons.map(\.message)
                == ["could not start the container because the image was not found in any registry that I know"])
    }

    @Test func equalMessagesOfNodesShareALine() {
        let executions = Samples.executions
        #expect(
            JobOutcome.nodeLines(executions)
                == ["• Node n-4f0c2b1a: hello\n", "• Node QmZ9yTfa: no room for it\n"])
        #expect(JobOutcome.nodeLines([executions[0], executions[0]]) == ["• 2 runs on 1 node: hello\n"])
    }

    @Test func stepsAreShownWhenTheyHaveEnded() throws {
        let buffer = CommandProbe.Buffer()
        var display = StepDisplay(buffer, labelWidth: 5)
        try display.begin("one")
        try display.begin("one")
        #expect(buffer.text == "")
        try display.begin("two")
        try display.end(.failed)
        try display.end(.done)
        let lines = buffer.text.splitLines()
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("\t  one  ................  done ✅  "))
        #expect(lines[1].hasPrefix("\t  two  ................  err  ❌  "))
    }

    @Test func thePathBehindAJobPicksPartOfItsResults() {
        #expect(JobGet.split("j-1/outputs/a.csv") == ("j-1", "outputs/a.csv"))
        #expect(JobGet.split("j-1/") == ("j-1", nil))
        #expect(JobGet.split("j-1") == ("j-1", nil))
    }
}
