import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Testing

/// The job files that v1.4.0 is tested with.
@Suite(.enabled(if: RequiredComponent.testData.isWanted, "test data is missing: set BACALHAU_TESTDATA"))
struct JobFileSampleTests {
    private func read(_ name: String) throws -> Job { try JobFile.read(try SampleFiles.bytes(of: name)) }

    @Test(arguments: [
        "docker.yaml", "docker-hello.yaml", "docker-output.yaml", "docker-output.json", "docker-s3.yaml", "noop.yaml",
        "nameless.yaml", "custom-task-type.yaml", "wasm.yaml",
    ])
    func presentLayoutIsAccepted(name: String) throws {
        var job = try read("jobs/\(name)")
        job.normalise()
        #expect(job.problems() == [])
        #expect(job.kind == .batch)
        #expect(job.namespace == "default")
        #expect(job.count == 1)
    }

    @Test func lowerCaseKeysAreTheSame() throws {
        let job = try read("jobs/docker-hello.yaml")
        #expect(job.name == "A Simple Docker Job")
        #expect(job.task.name == "My main task")
        #expect(
            job.task.engine
                == Engine(
                    type: "docker",
                    params: [
                        "Image": "ubuntu:latest", "Entrypoint": ["/bin/bash"],
                        "Parameters": ["-c", "echo Hello Bacalhau!"],
                    ]))
    }

    @Test func jsonAndYAMLAreTheSameJob() throws {
        let yaml = try read("jobs/docker-output.yaml")
        var json = try read("jobs/docker-output.json")
        #expect(json.name == "Docker Job With Output")
        json.name = yaml.name
        #expect(json == yaml)
        #expect(yaml.task.resultPaths == [ResultPath(name: "output_custom", path: "/output_custom")])
    }

    @Test func inputsKeepTheirParameters() throws {
        let input = try #require(try read("jobs/docker-s3.yaml").task.inputSources.first)
        #expect(
            input.source
                == Source(
                    type: "s3",
                    params: [
                        "Bucket": "bacalhau-test-datasets", "Key": "integration-tests-do-not-delete/set1/",
                        "Region": "eu-west-1",
                    ]))
        #expect(try read("jobs/noop.yaml").task.inputSources.map(\.alias) == ["input_custom", "input_custom2"])
    }

    @Test func inlineModuleKeepsItsLineFeed() throws {
        let params = try #require(try read("jobs/wasm.yaml").task.engine?.params)
        #expect(params["EnvironmentVariables"] == .null)
        #expect(params["Parameters"] == .null)
        let module = try #require(params["EntryModule"]?.object)
        #expect(module["Target"] == "")
        let url = try #require(module["Source"]?.object?["Params"]?.object?["URL"]?.string)
        #expect(url.hasPrefix("data:application/wasm;base64,AGFzbQ"))
        #expect(url.contains("\n"))
    }

    @Test func emptyFileIsAnError() {
        #expect(throws: DocumentError("no content provided")) { try read("jobs/empty.yaml") }
    }

    @Test(arguments: [
        "job.yaml", "job.json", "job-url.yaml", "job_cancel.json", "job-docker-engine-spec.yaml",
        "job-docker-engine-spec.json", "job-wasm-engine-spec.json", "job-noop.yaml", "job-noop.json",
        "job-noop-url.yaml", "job-s3.yaml", "job-invalid.yml", "job-noop-invalid.yml",
    ])
    func v1beta1IsRefusedWithOneClearMessage(name: String) {
        expectOldLayout(name, "this job file has the old v1beta1 layout (APIVersion and Spec), which is no longer read")
    }

    @Test func layoutBeforeV1beta1IsRefusedWithOneClearMessage() {
        expectOldLayout(
            "job-test.yaml",
            "this job file has the layout from before v1beta1 (JobSpecDocker), which is no longer read")
    }

    @Test(arguments: ["docker_task.json", "wasm_task.json", "task_with_config.json"])
    func ipvmTaskIsRefusedWithOneClearMessage(name: String) {
        expectOldLayout(name, "this job file has the layout of an IPVM task (with and do), which is no longer read")
    }

    private func expectOldLayout(_ name: String, _ beginning: String) {
        do {
            _ = try read(name)
            Issue.record("\(name) was accepted")
        } catch let error as DocumentError {
            #expect(error.issues.count == 1)
            #expect(error.description.hasPrefix(beginning))
        } catch {
            Issue.record("\(name): \(error)")
        }
    }
}

/// Where the sample files are.
enum SampleFiles {
    static func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(TestPlaces.testData)/\(name)")))
    }
}
