import Testing

@testable import bacalhau_cli

/// In which order `job history` prints, whatever the server's order and pages are.
@Suite struct HistoryOrderTests {
    private static let path = "GET orchestrator/jobs/j-1/history"
    /// Each event is told by its revision.
    private static let events = [
        event(1, execution: ""), event(2, execution: "e-b"), event(3, execution: "e-a"), event(4, execution: "e-b"),
        event(5, execution: ""),
    ]

    private static func event(_ revision: Int, execution: String) -> String {
        """
        {"Type":"\(execution.isEmpty ? "JobLevel" : "ExecutionLevel")","JobID":"j-1","ExecutionID":"\(execution)",\
        "NodeID":"\(execution)","NewRevision":\(revision),"Event":{},"Time":"2024-06-28T10:15:0\(revision)Z"}
        """
    }

    private func revisions(_ harness: CommandHarness, _ flags: [String]) async -> [Int] {
        let outcome = await harness.run(["job", "history", "j-1", "--output", "json"] + flags)
        #expect(outcome.status == .success, "\(outcome.errors)")
        return outcome.output.matches(of: /"NewRevision":(\d)/).compactMap { Int($0.output.1) }
    }

    @Test(
        arguments: [
            ([], [1, 2, 3, 4, 5]), (["--order-by", "time"], [1, 2, 3, 4, 5]),
            (["--order-reversed"], [5, 4, 3, 2, 1]), (["--order-by", "execution_id"], [1, 5, 3, 2, 4]),
            (["--order-by", "node_id", "--order-reversed"], [4, 2, 3, 5, 1]), (["--limit", "2"], [1, 2]),
            (["--limit", "2", "--order-reversed"], [5, 4]),
        ] as [([String], [Int])])
    func eventsAreInTheOrderThatWasAskedFor(_ flags: [String], _ order: [Int]) async {
        let harness = CommandHarness(server: FakeServer([Self.path: [ServerAnswers.list(Self.events)]]))
        #expect(await revisions(harness, flags) == order)
    }

    @Test func newestEventsAreFoundBehindThePagesOfAServer() async {
        let pages = [Self.events[0...1], Self.events[2...4], []].enumerated().map { index, events in
            FakeServer.Answer("{\"Items\":[\(events.joined(separator: ","))],\"NextToken\":\"\(index)\"}")
        }
        let harness = CommandHarness(server: FakeServer([Self.path: pages]))
        #expect(await revisions(harness, ["--order-reversed", "--limit", "1"]) == [5])
        #expect(
            harness.server.requests == [Self.path, Self.path + "?next_token=0", Self.path + "?next_token=1"])
    }

    @Test func unknownFieldIsRefusedBeforeAnythingIsAsked() async {
        let harness = CommandHarness(server: FakeServer())
        let outcome = await harness.run("job", "history", "j-1", "--order-by", "size")
        #expect(
            outcome.errors == """
                Error: cannot order events by "size"
                Hint: use time, execution_id or node_id

                """)
        #expect(outcome.status == .failure)
        #expect(harness.server.requests == [])
    }
}
