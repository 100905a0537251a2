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
}
