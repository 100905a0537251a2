import BacalhauModel
import BacalhauSupport
import Testing

@Suite struct JobFileTests {
    private func read(_ text: String) throws -> Job { try JobFile.read(Array(text.utf8)) }

    private func issues(of text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let error as DocumentError {
            return error.issues.map(\.description)
        } catch {
            return ["another kind of error: \(error)"]
        }
    }

    @Test func policiesMayStandInAJobFile() throws {
        let job = try JobFile.read(
            Array("Type: batch\nRetryPolicy: {maxretries: 5, Backoff: 2}\nNodeLossPolicy: keep\n".utf8))
        #expect(job.retryPolicy == Job.RetryPolicy(retryCountMax: 5, backoffSeconds: 2))
        #expect(job.nodeLoss == .keep)
    }

    @Test func allFieldsAreRead() throws {
        let job = try read(
            """
            Name: thumbnails
            Type: batch
            Priority: 5
            Labels: {team: imaging}
            Meta: {owner: someone}
            Constraints:
              - {Key: zone, Operator: in, Values: [eu, us]}
            Tasks:
              - Name: main
                Engine: {Type: docker, Params: {Image: "alpine:3.19", Parameters: [echo, hi]}}
                Publisher: {Type: local}
                Env: {MODE: fast}
                InputSources:
                  - {Source: {Type: urlDownload, Params: {URL: "https://example.org/a.csv"}}, Alias: a, Target: /inputs}
                ResultPaths:
                  - {Name: outputs, Path: /outputs}
                Resources: {CPU: 500m, Memory: 512Mb, Disk: 1Gb, GPU: "0"}
                Network: {Type: HTTP, Domains: [example.org]}
                Timeouts: {ExecutionTimeout: 0, QueueTimeout: 0, TotalTimeout: 300}
            """)
        var expected = Job(
            name: "thumbnails", namespace: "", type: .batch, priority: 5,
            constraints: [Constraint(key: "zone", operator: "in", values: ["eu", "us"])], meta: ["owner": "someone"],
            labels: ["team": "imaging"])
        expected.tasks = [
            Job.Task(
                engine: Engine(type: "docker", params: ["Image": "alpine:3.19", "Parameters": ["echo", "hi"]]),
                publisher: Publisher(type: "local"), env: ["MODE": "fast"],
                inputSources: [
                    InputSource(
                        source: Source(type: "urlDownload", params: ["URL": "https://example.org/a.csv"]), alias: "a",
                        target: "/inputs")
                ], resultPaths: [ResultPath(name: "outputs", path: "/outputs")],
                resources: ResourcesConfig(cpu: "500m", memory: "512Mb", disk: "1Gb", gpu: "0"),
                network: NetworkConfig(type: .http, domains: ["example.org"]), timeouts: Timeouts(total: 300))
        ]
        #expect(job == expected)
    }

    @Test func everyProblemIsReportedAtOnceWithItsPlace() {
        let text = """
            Type: batch
            Foo: 1
            id: x
            Count: many
            Tasks:
              - Name: 1
                Engine: docker
                Env: {A: 1}
                bar: ignored
            """
        #expect(
            issues(of: text) == [
                "unknown field: 'Foo' in 'Job' (line 2, column 1)",
                "field: 'ID' in 'Job' is not allowed (line 3, column 1)",
                "field: 'Count' in 'Job' is invalid type: 'string' expected: 'int' (line 4, column 8)",
                "field: 'Name' in 'Job.Tasks[0]' is invalid type: 'number' expected: 'string' (line 6, column 11)",
                "field: 'Spec' in 'Job.Tasks[0].Engine' is invalid type: 'string' expected: 'object' (line 7, column 13)",
                "field: 'A' in 'Job.Tasks[0].Env' is invalid type: 'number' expected: 'string' (line 8, column 14)",
            ])
    }

    @Test(arguments: ["ID", "State", "Version", "Revision", "CreateTime", "ModifyTime"])
    func systemFieldsAreRefusedEvenWhenZero(name: String) {
        #expect(
            issues(of: "\(name.lowercased()): 0\nType: batch").first
                == "field: '\(name)' in 'Job' is not allowed (line 1, column 1)")
    }

    @Test func countsMayBeWholeNumbersOfAnyForm() throws {
        #expect(try read("Count: 1e1\nType: batch").count == 10)
        #expect(try read("Type: batch").count == 1)
    }

    @Test(arguments: ["", "  \n", "# only words\n", "null"])
    func emptyFileIsAnError(text: String) {
        #expect(issues(of: text) == ["no content provided"])
    }

    @Test func listAtTheTopIsAnError() {
        #expect(
            issues(of: "- 1") == [
                "a job file holds keys and values at its top, not a value of the type 'array' (line 1, column 1)"
            ])
    }

    @Test func describedJobIsExplained() {
        #expect(issues(of: #"{"Job": {"ID": "j-1"}}"#).first?.contains("one level too deep") == true)
    }
}
