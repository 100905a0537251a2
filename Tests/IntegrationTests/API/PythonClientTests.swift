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
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        let run = try await ProgramRun.run(
            "/usr/bin/env",
            // The program leaves a folder behind where it runs, and needs much of the processor, as others do.
            [
                "--chdir=\(directory)", "nice", "-n", "19", TestPlaces.python + "/bin/st", "--config-file",
                TestPlaces.package + "/Tests/Python/schemathesis.toml", "run", "--header",
                "X-Bacalhau-Git-Version:\(version)", await node.endpoint + "/api/v1/openapi.json",
            ])
        #expect(run.exitCode == 0, "\(run.output)")
    }
}
