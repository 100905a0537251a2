import BacalhauTestSupport
import FoundationEssentials
import Testing

/// The programs of the tutorials, on real nodes.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TutorialProgramTests {
    @Test(.enabled(if: RequiredComponent.docker.isWanted)) func aContainerJobIsFollowed() async throws {
        let node = try NodeProcess()
        try await node.start()
        let run = try await ProgramRun.run("docker-job-example", [await node.endpoint])
        #expect(run.exitCode == 0, "\(run.output)")
        var lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.popLast() == "The job is done.")
        // The two streams are pipes of their own: their order among each other is open.
        #expect(lines.filter { $0.hasPrefix("stdout") } == (1...3).map { "stdout: hello \($0)" })
        #expect(lines.filter { !$0.hasPrefix("stdout") } == ["stderr: bye"])
    }

    @Test func whatGoesWrongIsToldWithWhatToDo() async throws {
        let run = try await ProgramRun.run("docker-job-example", ["http://127.0.0.1:1"])
        #expect(run.exitCode == 1)
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("NetworkFailure: could not connect to http://127.0.0.1:1: ") == true)
        #expect(lines.dropFirst().first?.hasPrefix("What to do: is a node running there?") == true)
        #expect(lines.last == "The same may work later.")
    }

    @Test(.enabled(if: RequiredComponent.wasmtime.isWanted)) func theResultsOfAllPartitionsComeTogether() async throws {
        let node = try NodeProcess()
        try await node.start()
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let module = TestPlaces.package + "/Docs/Examples/WasmPartitions/partition.wasm"
        let run = try await ProgramRun.run(
            "wasm-partitions-example", [await node.endpoint, module, folder + "/results"])
        #expect(run.exitCode == 0, "\(run.output)")
        #expect(run.output.contains("The job is Completed.\n"))
        for index in 0..<4 { #expect(run.output.contains("Partition \(index) ran on ")) }
        #expect(run.output.hasSuffix(" bytes\n4 results are in \(folder)/results.\n"))
        #expect(try TestPlaces.text(of: folder + "/results/stdout") == (0..<4).map { "partition \($0)\n" }.joined())
        for index in 0..<4 {
            #expect(try TestPlaces.text(of: "\(folder)/results/outputs/\(index)") == "partition \(index)\n")
        }
    }

    @Test func aNodeInsideOfAProgramRunsJobsWithoutHTTP() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let run = try await ProgramRun.run("embedding-example", [folder + "/data"])
        #expect(
            run.output == """
                embedded is Completed
                Hello from inside!
                AN ENGINE OF OUR OWN
                ValidationError: missing job tasks
                printing is Failed: out of ink

                """)
        #expect(run.exitCode == 0)
    }
}
