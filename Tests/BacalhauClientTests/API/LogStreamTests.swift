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
        let socket = FakeSocket([
            .success(#"{"value":{"Type":1,"Line":"hello\n"}}"# + "\n"),
            .success(#"{"value":{"Type":2,"Line":"a \u003c b\n"}}"#),
        ])
        let client = BacalhauClient(FakeTransport(sockets: [socket]))
        #expect(
            try await lines(client) == [LogMessage(type: 1, line: "hello\n"), LogMessage(type: 2, line: "a < b\n")])
        #expect(socket.isClosed)
    }

    @Test func addressNamesWhatIsWanted() async throws {
        let transport = FakeTransport(sockets: [FakeSocket([]), FakeSocket([])])
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
        let socket = FakeSocket([.success(#"{"error":"no executions for this job","value":{"Type":0,"Line":""}}"#)])
        let client = BacalhauClient(FakeTransport(sockets: [socket]))
        let error = await problem { try await lines(client) }
        #expect(error == BacalhauError(.notFound, "no executions for this job", component: "LogStream"))
        #expect(socket.isClosed)
    }

    @Test func brokenConnectionIsAnError() async {
        let socket = FakeSocket([.failure(.interrupted(host: "node", detail: "reset"))])
        let error = await problem { try await lines(BacalhauClient(FakeTransport(sockets: [socket]))) }
        #expect(error?.code == .network)
        #expect(socket.isClosed)
    }

    @Test func refusedHandshakeIsTheServersError() async {
        let error = await problem { try await lines(BacalhauClient(FakeTransport())) }
        #expect(error?.code == .unauthorized)
        #expect(error?.message == "invalid token")
    }

    @Test func droppedIteratorClosesTheConnection() async throws {
        let socket = FakeSocket([.success(#"{"value":{"Type":1,"Line":"x"}}"#), .success("{}")])
        let client = BacalhauClient(FakeTransport(sockets: [socket]))
        for try await _ in client.jobs.logs("j-1") { break }
        #expect(socket.isClosed)
    }
}
