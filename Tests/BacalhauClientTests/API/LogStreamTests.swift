import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import Synchronization
import Testing

@testable import BacalhauClient

@Suite struct LogStreamTests {
    private func lines(_ client: BacalhauClient) async throws -> [LogMessage] {
        var result: [LogMessage] = []
        for try await message in client.jobs.logs("j-1") { result.append(message) }
        return result
    }

    @Test func messagesComeInOrderAndTheConnectionIsClosed() async throws {
        let transport = FakeTransport(streams: [
            [
                .success(#"{"value":{"Type":1,"Line":"hello\n"}}"# + "\n"),
                .success(#"{"value":{"Type":2,"Line":"a \u003c b\n"}}"#),
            ]
        ])
        let client = BacalhauClient(transport)
        #expect(
            try await lines(client) == [LogMessage(type: 1, line: "hello\n"), LogMessage(type: 2, line: "a < b\n")])
        #expect(transport.openSocketCount == 0)
    }

    @Test func addressNamesWhatIsWanted() async throws {
        let transport = FakeTransport(streams: [[], [], []])
        let client = BacalhauClient(transport, options: .init(token: "t"))
        for try await _ in client.jobs.logs("j-1") {}
        let execution = ExecutionID(rawValue: "e-1")
        for try await _ in client.jobs.logs("j-1", execution: execution, follow: true, tail: true) {}
        // A single 1 is a flag for servers.
        for try await _ in client.jobs.logs("j-1", lastLines: 1) {}
        #expect(
            transport.requests.map(\.url) == [
                "ws://node:1234/api/v1/orchestrator/jobs/j-1/logs",
                "ws://node:1234/api/v1/orchestrator/jobs/j-1/logs?execution_id=e-1&follow=true&tail=true",
                "ws://node:1234/api/v1/orchestrator/jobs/j-1/logs?tail=01",
            ])
        #expect(transport.requests[0].headers["Authorization"] == "Bearer t")
    }

    @Test func errorMessageEndsTheStream() async {
        let transport = FakeTransport(streams: [
            [.success(#"{"error":"no executions for this job","value":{"Type":0,"Line":""}}"#)]
        ])
        let client = BacalhauClient(transport)
        let error = await problem { try await lines(client) }
        #expect(error == BacalhauError(.notFound, "no executions for this job", component: "LogStream"))
        #expect(transport.openSocketCount == 0)
    }

    @Test func brokenConnectionIsAnError() async {
        let transport = FakeTransport(streams: [[.failure(.interrupted(host: "node", detail: "reset"))]])
        let error = await problem { try await lines(BacalhauClient(transport)) }
        #expect(error?.code == .network)
        #expect(transport.openSocketCount == 0)
    }

    private static func message(_ type: Int, _ line: String) -> FakeSocket.Message {
        .success(String(decoding: LogMessage(type: type, line: line).json, as: UTF8.self))
    }

    private static let broken = FakeSocket.Message.failure(.interrupted(host: "node", detail: "reset"))

    @Test(arguments: [nil, Timestamp(nanoseconds: 7_000_000_000)])
    func aBrokenConnectionToANamedExecutionIsTakenUpAgain(since: Timestamp?) async throws {
        let message = LogStreamTests.message
        let transport = FakeTransport(streams: [
            [message(1, "one\ntw"), message(2, "ä"), LogStreamTests.broken],
            // Nothing new before it breaks again.
            [message(1, "one\n"), LogStreamTests.broken],
            // Other pieces than before.
            [message(1, "one"), message(2, "ä2"), message(1, "\ntwo\n"), message(1, "three\n")],
        ])
        var text: [Int: String] = [:]
        let clock = FakeClock()
        let client = BacalhauClient(transport, clock: clock)
        let execution = ExecutionID(rawValue: "e-1")
        for try await message in client.jobs.logs("j-1", execution: execution, follow: true, since: since) {
            text[message.type, default: ""] += message.line
        }
        #expect(text == [1: "one\ntwo\nthree\n", 2: "ä2"])
        #expect(clock.pauses == [.milliseconds(500), .milliseconds(500)])
        #expect(transport.requests.allSatisfy { $0.url.hasSuffix(since == nil ? "follow=true" : "&since=7") })
        #expect(transport.openSocketCount == 0)
    }

    /// The execution that runs is named for the second connection; one that the server chooses may be another then.
    @Test(arguments: [5, 7]) func anUnnamedExecutionIsTakenUpAgainWhenItRuns(state: Int) async throws {
        let transport = FakeTransport(
            streams: [
                [LogStreamTests.message(1, "one"), LogStreamTests.broken], [LogStreamTests.message(1, "onetwo")],
            ],
            answer: { (_, _) throws(HTTPClientError) in
                .json(#"{"Items":[{"ID":"e-7","JobID":"j-1","ComputeState":{"StateType":\#(state)}}]}"#)
            })
        let text = Mutex("")
        let error = await problem {
            for try await message in BacalhauClient(transport).jobs.logs("j-1", follow: true) {
                text.withLock { $0 += message.line }
            }
        }
        let isRunning = state == 5
        #expect(error?.code == (isRunning ? nil : .network))
        #expect(text.withLock { $0 } == (isRunning ? "onetwo" : "one"))
        #expect(transport.calls.last?.contains("execution_id=e-7") == isRunning)
    }

    /// The last lines are others later.
    @Test func otherLogsEndWithTheirConnection() async {
        let execution = ExecutionID(rawValue: "e-1")
        let streams: [@Sendable (JobsAPI) -> LogStream] = [
            { $0.logs("j-1", execution: execution) },
            { $0.logs("j-1", execution: execution, follow: true, tail: true) },
            { $0.logs("j-1", execution: execution, follow: true, lastLines: 5) },
        ]
        for stream in streams {
            let transport = FakeTransport(streams: [[LogStreamTests.message(1, "one"), LogStreamTests.broken], []])
            let error = await problem { for try await _ in stream(BacalhauClient(transport).jobs) {} }
            #expect(error?.code == .network)
            #expect(transport.requests.count == 1)
        }
    }

    @Test func aServerThatStaysAwayEndsTheStream() async {
        let clock = FakeClock()
        let streams = [FakeSocket.Message](repeating: LogStreamTests.broken, count: 1)
        let transport = FakeTransport(streams: [[FakeSocket.Message]](repeating: streams, count: 1000))
        let error = await problem {
            let execution = ExecutionID(rawValue: "e-1")
            for try await _ in BacalhauClient(transport, clock: clock).jobs.logs(
                "j", execution: execution, follow: true)
            {}
        }
        #expect(error?.code == .network)
        #expect(transport.requests.count == 241)
    }

    @Test func refusedHandshakeIsTheServersError() async {
        let error = await problem { try await lines(BacalhauClient(FakeTransport())) }
        #expect(error?.code == .unauthorized)
        #expect(error?.message == "invalid token")
    }

    @Test func droppedIteratorClosesTheConnection() async throws {
        let transport = FakeTransport(streams: [[.success(#"{"value":{"Type":1,"Line":"x"}}"#), .success("{}")]])
        let client = BacalhauClient(transport)
        for try await _ in client.jobs.logs("j-1") { break }
        #expect(transport.openSocketCount == 0)
    }
}
