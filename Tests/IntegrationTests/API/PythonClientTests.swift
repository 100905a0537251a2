import BacalhauFiles
import BacalhauTestSupport
import Testing

/// Programs that are not ours against a real node.
@Suite(.serialized, .enabled(if: RequiredComponent.python.isWanted), .timeLimit(.minutes(3)))
struct PythonClientTests {
    @Test func thePublishedPythonClientsWork() async throws {
        let node = try NodeProcess()
        try await node.start()
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        let run = try await ProgramRun.run(
            TestPlaces.python + "/bin/python",
            [TestPlaces.package + "/Tests/Python/clients.py", await node.endpoint],
            // The package keeps its settings there, and its files must not be found in the home directory.
            environment: ["BACALHAU_DIR": directory])
        #expect(run.exitCode == 0, "\(run.output)")
        #expect(run.output.contains("ok: stopped"))
    }

    /// Thousands of requests made from the node's own document, sensible ones and others.
    @Test(arguments: ["v1.4.0", "v1.9.3"]) func everyAnswerIsAsTheDocumentSays(_ version: String) async throws {
        let node = try NodeProcess()
        try await node.start()
        try await expectConformance(of: node, headers: ["X-Bacalhau-Git-Version:\(version)"])
    }

    /// The same by somebody who may look and not change.
    @Test func everyAnswerToAReaderIsAsTheDocumentSays() async throws {
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        let file = directory + "/users.yaml"
        let key = "0123456789abcdefghij"
        let users = #"{"Users": [{"APIKey": "\#(key)", "Capabilities": [{"Actions": ["read:*"]}]}]}"#
        try AtomicFile.write(Array(users.utf8), to: file, mode: 0o600)
        let node = try NodeProcess(flags: ["--auth-file", file])
        try await node.start()
        try await expectConformance(
            of: node, headers: ["X-Bacalhau-Git-Version:v1.9.3", "Authorization:Bearer \(key)"])
    }

    private func expectConformance(of node: NodeProcess, headers: [String]) async throws {
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        let run = try await ProgramRun.run(
            "/usr/bin/env",
            // The program leaves a folder behind where it runs, and needs much of the processor, as others do.
            [
                "--chdir=\(directory)", "nice", "-n", "19", TestPlaces.python + "/bin/st", "--config-file",
                TestPlaces.package + "/Tests/Python/schemathesis.toml", "run",
            ] + headers.flatMap { ["--header", $0] } + [await node.endpoint + "/api/v1/openapi.json"])
        #expect(run.exitCode == 0, "\(run.output)")
    }
}
