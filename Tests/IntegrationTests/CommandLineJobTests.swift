import BacalhauTestSupport
import Testing

/// The built command line against a real node with real engines.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CommandLineJobTests {
    private let jobs = TestPlaces.testData + "/jobs/"

    /// A node, and a way to call the command line against it.
    private struct Setting {
        let node: NodeProcess
        let variables: [String: String]

        init() async throws {
            node = try NodeProcess(flags: ["--allow-listed-local-paths", TestPlaces.testData + "/**"])
            try await node.start()
            let port = await node.endpoint.split(separator: ":").last.map(String.init) ?? ""
            variables = ["BACALHAU_API_PORT": port, "BACALHAU_DIR": node.directory + "/repo"]
        }

        func call(_ arguments: String...) async throws -> ProgramRun {
            try await ProgramRun.run("bacalhau-cli", arguments, environment: variables)
        }
    }

    @Test(.enabled(if: RequiredComponent.docker.isWanted && RequiredComponent.testData.isWanted))
    func dockerHelloPrintsTheContainersLine() async throws {
        let setting = try await Setting()
        let run = try await setting.call("job", "run", "--follow", jobs + "docker-hello.yaml")
        #expect(run.output.contains("Hello Bacalhau!\n"))
        #expect(run.exitCode == 0)
    }

    @Test(
        .enabled(if: RequiredComponent.docker.isWanted && RequiredComponent.testData.isWanted),
        arguments: ["docker-output.yaml", "docker-output.json"])
    func dockerOutputIsDownloaded(_ file: String) async throws {
        let setting = try await Setting()
        let id = try await setting.call("job", "run", "--id-only", "--wait", jobs + file).output
            .split(separator: "\n").first.map(String.init)
        let folder = try TestPlaces.makeDirectory()
        let download = try await setting.call("job", "get", id ?? "", "--output-dir", folder)
        #expect(download.exitCode == 0, "\(download.output)")
        #expect(try TestPlaces.text(of: folder + "/output_custom/output.txt") == "15\n")
        TestPlaces.remove(folder)
    }

    @Test(.enabled(if: RequiredComponent.wasmtime.isWanted && RequiredComponent.testData.isWanted))
    func wasmPrintsItsLine() async throws {
        let setting = try await Setting()
        let run = try await setting.call("job", "run", "--follow", jobs + "wasm.yaml")
        #expect(run.output.contains("Hello, world!\n"))
        #expect(run.exitCode == 0)
    }

    @Test(.enabled(if: RequiredComponent.testData.isWanted))
    func aFailedJobAndAWrongFileEndWithAnError() async throws {
        let setting = try await Setting()
        let unknownEngine = try await setting.call("job", "run", jobs + "custom-task-type.yaml")
        #expect(unknownEngine.exitCode == 1)
        #expect(unknownEngine.output.contains("does not support flibble"))
        let old = try await setting.call("job", "run", TestPlaces.testData + "/job.yaml")
        #expect(old.exitCode == 1)
        #expect(old.output.contains("old v1beta1 layout"))
        let empty = try await setting.call("job", "run", jobs + "empty.yaml")
        #expect(empty.exitCode == 1)
        #expect(empty.output.contains("no content provided"))
        let unknown = try await setting.call("job", "describe", "j-nobody")
        #expect(unknown.exitCode == 1)
    }

    @Test func aJobIsFollowedThroughItsFailureAndItsRerun() async throws {
        let setting = try await Setting()
        let file = setting.node.directory + "/job.yaml"
        try TestPlaces.write(
            """
            Type: batch
            Count: 3
            RetryPolicy: {MaxRetries: 1, Backoff: 1}
            Tasks:
              - Name: main
                Engine:
                  Type: noop
                  Params: {ShowEnvironment: true, FailAt: start, FailPartitions: [1], FailTimes: 2, Retryable: true}
                Publisher: {Type: local}
            """, to: file)
        let run = try await setting.call("job", "run", "--id-only", file)
        #expect(run.exitCode == 1)
        #expect(run.output.contains("failed as asked"))
        let id = String(run.output.prefix { $0 != "\n" })
        let why = try await setting.call("job", "explain", id)
        #expect(why.output.hasPrefix("The job is failed: failed as asked (tried 2 times)"), "\(why.output)")

        let rerun = try await setting.call("job", "rerun", id, "--follow")
        #expect(rerun.exitCode == 0, "\(rerun.output)")
        #expect(rerun.output.contains("BACALHAU_PARTITION_INDEX=1\n"))
        #expect(!rerun.output.contains("BACALHAU_PARTITION_INDEX=0\n"), "earlier runs are not followed")
        let executions = try await setting.call("job", "executions", id, "--wide")
        #expect(executions.output.contains("  PARTITION  JOB VERSION \n"))
        let again = try await setting.call("job", "rerun", id)
        #expect(again.exitCode == 1)
        #expect(again.output.contains("nothing of job \(id) is left to run"))

        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let download = try await setting.call("job", "get", id, "--output-dir", folder)
        #expect(download.exitCode == 0, "\(download.output)")
        let lines = try TestPlaces.text(of: folder + "/stdout").split(separator: "\n")
        let order = lines.filter { $0.hasPrefix("BACALHAU_PARTITION_INDEX=") }.compactMap(\.last)
        #expect(order == ["0", "1", "2"])
    }
}
