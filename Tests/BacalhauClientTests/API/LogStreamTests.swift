import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
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
        let transport = FakeTransport(streams: [[], []])
        let client = BacalhauClient(transport, options: .init(token: "t"))
        for try await _ in client.jobs.logs("j-1") {}
        let execution = ExecutionID(rawValue: "e-1")
        for try await _ in client.jobs.logs("j-1", execution: execution, follow: true, tail: true) {}
        #expect(
            transport.requests.map(\.url) == [
                "ws://node:1234/api/v1/orchestrator/jobs/j-1/logs",
                "ws://node:1234/api/v1/orchestrator/jobs/j-1/logs?execution_id=e-1&follow=true&tail=true",
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
