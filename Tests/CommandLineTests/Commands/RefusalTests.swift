import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import bacalhau_cli

/// Refusals of servers and of local checks: the text, the stream and the exit status.
@Suite struct RefusalTests {
    private func failure(_ message: String, hint: String? = nil) -> CommandHarness.Outcome {
        CommandHarness.Outcome(
            errors: "Error: \(message)\n" + (hint.map { "Hint: \($0)\n" } ?? ""), status: .failure)
    }

    @Test func aRefusalOfTheServerKeepsItsWords() async {
        let server = FakeServer([
            "GET orchestrator/jobs/j-1": [
                .init(#"{"error":"job j-1 not found","message":"job j-1 not found"}"#, status: 404)
            ]
        ])
        let outcome = await CommandHarness(server: server).run("job", "describe", "j-1")
        #expect(outcome.errors.hasPrefix("Error: could not get job j-1: job j-1 not found\n"))
        #expect(outcome.output == "")
        #expect(outcome.status == .failure)
    }

    @Test func aNodeThatIsApprovedAlreadyIsAFailure() async {
        let server = FakeServer(["PUT orchestrator/nodes/n-1": [#"{"Success":false,"Error":"node already approved"}"#]])
        let outcome = await CommandHarness(server: server).run("node", "approve", "n-1")
        #expect(outcome.errors.contains("n-1"))
        #expect(outcome.errors.contains("node already approved"))
        #expect(outcome.status == .failure)
        let willing = FakeServer(["PUT orchestrator/nodes/n-1": [#"{"Success":true,"Error":""}"#]])
        #expect(await CommandHarness(server: willing).run("node", "reject", "n-1", "-m", "x") == .init(output: "Ok\n"))
    }

    @Test(.enabled(if: RequiredComponent.testData.isWanted)) func modulesAreCheckedLocally() async {
        let modules = TestPlaces.testData + "/wasm"
        #expect(await CommandHarness().run("wasm", "validate", modules + "/noop/main.wasm") == .init(output: "OK\n"))
        #expect(
            await CommandHarness().run("wasm", "validate", "--entry-point", "x", modules + "/noop/main.wasm")
                == failure(#"the module does not export a function "x""#))
        #expect(
            await CommandHarness().run("wasm", "validate", TestPlaces.testData + "/job.yaml")
                == failure("the file is not a WebAssembly module"))
    }

    @Test func aModuleThatDoesNotFitIntoARequestIsRefused() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let path = folder + "/big.wasm"
        #expect(FileManager.default.createFile(atPath: path, contents: Data(count: WasmRun.moduleBytesMax + 1)))
        let outcome = await CommandHarness().run("wasm", "run", "--dry-run", path)
        #expect(outcome.errors.hasPrefix("Error: the module \"\(path)\" is larger than 7815168 bytes"))
        #expect(outcome.status == .failure)
    }

    @Test func commandsThatMovedSayWhereTheyAre() async {
        #expect(
            await CommandHarness().run("list", "--all")
                == .init(errors: "Command \"list\" is deprecated, use 'bacalhau-cli job list'\n"))
    }
}
