import BacalhauModel
import Synchronization
import Testing

@testable import BacalhauClient

/// Every call ends at once when its task is cancelled, over real connections to a server that never answers.
@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
    struct Call: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (BacalhauClient, _ folder: String) async throws -> Void
        var testDescription: String { name }

        init(_ name: String, _ run: @escaping @Sendable (BacalhauClient, _ folder: String) async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    static let calls: [Call] = [
        Call("submit") { client, _ in _ = try await client.jobs.submit(.docker(image: "alpine")) },
        Call("get") { client, _ in _ = try await client.jobs.get("j", including: [.executions]) },
        Call("list") { client, _ in _ = try await client.jobs.list() },
        Call("all") { client, _ in for try await _ in client.jobs.all() {} },
        Call("stop") { client, _ in try await client.jobs.stop("j") },
        Call("rerun") { client, _ in try await client.jobs.rerun("j") },
        Call("explain") { client, _ in _ = try await client.jobs.explain("j") },
        Call("versions") { client, _ in _ = try await client.jobs.versions("j") },
        Call("diff") { client, _ in _ = try await client.jobs.diff(Job(name: "a")) },
        Call("executions") { client, _ in _ = try await client.jobs.executions("j") },
        Call("history") { client, _ in _ = try await client.jobs.history("j") },
        Call("results") { client, _ in _ = try await client.jobs.results("j") },
        Call("logs") { client, _ in for try await _ in client.jobs.logs("j", follow: true) {} },
        Call("wait") { client, _ in _ = try await client.jobs.wait(for: "j") },
        Call("states") { client, _ in for try await _ in client.jobs.states(of: "j") {} },
        Call("download") { client, folder in
            let result = SpecConfig.url(client.endpoint + "/a.tar.gz")
            _ = try await client.jobs.download(result, to: folder)
        },
        Call("downloadResults") { client, folder in _ = try await client.jobs.downloadResults(of: "j", into: folder) },
        Call("nodes.list") { client, _ in _ = try await client.nodes.list() },
        Call("nodes.all") { client, _ in for try await _ in client.nodes.all() {} },
        Call("nodes.get") { client, _ in _ = try await client.nodes.get("n") },
        Call("nodes.approve") { client, _ in try await client.nodes.approve("n") },
        Call("nodes.reject") { client, _ in try await client.nodes.reject("n") },
        Call("nodes.delete") { client, _ in try await client.nodes.delete("n") },
        Call("agent.alive") { client, _ in _ = try await client.agent.alive() },
        Call("agent.version") { client, _ in _ = try await client.agent.version() },
        Call("agent.node") { client, _ in _ = try await client.agent.node() },
        Call("agent.configuration") { client, _ in _ = try await client.agent.configuration() },
        Call("auth.methods") { client, _ in _ = try await client.auth.methods() },
        Call("auth.answer") { client, _ in
            _ = try await client.auth.answer(AuthMethod(name: "ask", kind: .ask([])), with: [:])
        },
    ]

    @Test(arguments: calls) func aCancelledCallEndsAtOnce(_ call: Call) async throws {
        let (requests, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = try StubServer { connection, _ in
            arrival.yield()
            connection.waitUntilClosed()
            return false
        }
        let folder = try TemporaryFolder()
        let client = BacalhauClient(endpoint: server.url(""))
        let error = await withTaskGroup(of: BacalhauError?.self) { group in
            group.addTask { await problem { try await call.run(client, folder.path) } }
            // Not before the server has it: a call that was never sent proves nothing.
            for await _ in requests { break }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error == .cancelledByCaller)
    }
}
