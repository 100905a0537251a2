import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import bacalhau_cli

/// Commands that need no server.
@Suite struct JobFileCommandTests {
    @Test func dockerRunPrintsTheJobThatItWouldSubmit() async throws {
        let result = await CommandProbe.run(["docker", "run", "--dry-run", "ubuntu", "echo", "hello"])
        #expect(result == .init(status: .success, output: try CommandProbe.golden("docker-run-dry.yaml"), errors: ""))
    }

    @Test func whatADryRunPrintsCanBeSubmitted() async throws {
        let words = [
            "docker", "run", "--dry-run", "-i", "s3://b/k:/in", "-o", "out:/outputs", "-p", "local", "-e", "A=1",
            "--cpu",
            "500m", "-l", "team=a", "-c", "zone in (eu,us)", "--target", "all", "alpine", "--", "ls", "-l",
        ]
        let first = await CommandProbe.run(words)
        #expect(first.errors == "")
        let second = await CommandProbe.run(["job", "run", "--dry-run"], input: first.output)
        #expect(second == first)
    }

    @Test func aLocalModuleTravelsInsideOfTheJob() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.wasm"
        try Data([0, 0x61, 0x73, 0x6D]).write(to: URL(filePath: path))
        let result = await CommandProbe.run(["wasm", "run", "--dry-run", "--entry-point=go", "-e", "A=1", path, "x"])
        #expect(result.output.contains("URL: data:application/wasm;base64,AGFzbQ==\n"))
        #expect(result.output.contains("      Entrypoint: go\n"))
        #expect(result.output.contains("      EnvironmentVariables:\n        A: \"1\"\n"))
        #expect(result.output.contains("      Parameters:\n      - x\n"))
        #expect(
            await CommandProbe.run(["wasm", "run", "--dry-run", "no.wasm"]).errors
                == "Error: \"no.wasm\" is not a valid CID or local file\n")
        #expect(
            await CommandProbe.run(["wasm", "run", "--dry-run", folder]).errors
                == "Error: \"\(folder)\" should point to a single file\n")
    }

    @Test(arguments: [
        ("Type: batch\nTasks:\n- Name: main\n  Engine: {Type: noop}\n", true, ""),
        ("Type: batch\nFoo: 1\n", false, "unknown field: 'Foo' in 'Job' (line 2, column 1)\n"),
        ("Type: batch\n", false, "missing job tasks\n"), ("", false, "no content provided\n"),
    ])
    func jobFilesAreValidated(text: String, isValid: Bool, problems: String) async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(text.utf8).write(to: URL(filePath: folder + "/job.yaml"))
        let result = await CommandProbe.run(["job", "validate", folder + "/job.yaml"])
        let output = isValid ? "OK\n" : "Error: the job provided is invalid\n\n"
        #expect(result == .init(status: isValid ? .success : .failure, output: output, errors: problems))
    }

    @Test func jobRunNamesWhatItCannotRead() async {
        let missing = await CommandProbe.run(["job", "run", "/nowhere/x"])
        #expect(
            missing.errors
                == "Error: opening job file (\"/nowhere/x\"): open /nowhere/x: no such file or directory\n")
        let empty = await CommandProbe.run(["job", "run"])
        #expect(empty.errors == "Error: the job provided is invalid: no content provided\n")
        #expect(missing.status == .failure && empty.status == .failure)
    }

    @Test func placeholdersOfAJobFileAreFilledIn() async {
        let text = "name: {{.who}}\ntype: batch\ntasks: [{name: main, engine: {type: noop}}]\n"
        let result = await CommandProbe.run(["job", "run", "--dry-run", "-V", "who=me"], input: text)
        #expect(result.output.contains("\nName: me\n"))
        #expect(
            await CommandProbe.run(["job", "run", "--dry-run"], input: text).errors
                == "Error: the job provided is invalid: failed to execute template: map has no entry for key \"who\" "
                + "(give it with -V who=value)\n")
    }

    @Test func resultsWithoutAPublisherAreRefusedBeforeAnythingIsSent() async {
        let result = await CommandProbe.run(["docker", "run", "-o", "out:/x", "alpine"])
        #expect(
            result.errors
                == "Error: the job provided is invalid: task main validation failed: "
                + "publisher must be set if result paths are set\n")
    }

    @Test func theClientsVersionNeedsNoServer() async {
        #expect(await CommandProbe.run(["version", "--client"]).output == " CLIENT \n v1.4.0 \n")
    }
}
