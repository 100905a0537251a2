import Testing

@testable import BacalhauCore

private struct SilentLog: ExecutionLogWriter {
    var written: WrittenOutput { WrittenOutput() }
    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, writtenAt: Timestamp?) {}
    func recentOutput(since: Timestamp, bytesMax: Int) -> RecentOutput { RecentOutput() }
}

@Suite struct ContainerPlanTests {
    private let configuration = DockerConfiguration(nodeID: NodeID(rawValue: "n-1"))

    private func request(
        _ params: [String: JSONValue] = ["Image": "ubuntu"], network: NetworkType = .none,
        resources: Resources = .zero
    ) -> ExecutionRequest {
        var task = Job.Task(engine: Engine(type: "docker", params: params))
        task.network.type = network
        task.resultPaths = [ResultPath(name: "outputs", path: "/outputs")]
        let source = InputSource(source: nil, target: "/in")
        return ExecutionRequest(
            executionID: ExecutionID(rawValue: "e-1"), jobID: JobID(rawValue: "my job"), task: task,
            environment: ["T": "1"],
            inputs: [PreparedInput(source: source, hostPath: "/data/in", target: "/in", isDirectory: true)],
            modules: [],
            resources: resources, scratchDirectory: "/s", resultsDirectory: "/r", log: SilentLog())
    }

    private func plan(
        _ request: ExecutionRequest, _ configuration: DockerConfiguration? = nil
    ) throws(ExecutorError) -> ContainerPlan {
        try ContainerPlan(
            request, try DockerParameters(request.task.engine), configuration: configuration ?? self.configuration,
            apiVersion: APIVersion(major: 1, minor: 41), devices: GPUDevices(resolve: { "/dev/dri/\($0.suffix(6))" }))
    }

    private func host(_ plan: ContainerPlan) -> [String: JSONValue] {
        plan.document.object?["HostConfig"]?.object ?? [:]
    }

    @Test func containerIsConfined() throws {
        let plan = try plan(request())
        let host = host(plan)
        #expect(host["CapDrop"] == ["ALL"])
        #expect(host["CapAdd"] == .strings(DockerConfiguration.defaultCapabilities))
        #expect(host["SecurityOpt"] == ["no-new-privileges"])
        #expect(host["PidsLimit"] == 4096)
        #expect(host["Init"] == true)
        #expect(host["NetworkMode"] == "none")
        #expect(plan.document.object?["NetworkDisabled"] == true)
        #expect(host["LogConfig"] == ["Type": "local", "Config": ["max-size": "536870k", "max-file": "2"]])
    }

    @Test func nameAndLabelsFindTheContainerAgain() throws {
        let plan = try plan(request())
        #expect(plan.name == "bacalhau-bacalhau-n-1-my_job-e-1-executor")
        let labels = plan.document.object?["Labels"]?.object?.compactMapValues(\.string) ?? [:]
        #expect(
            labels == [
                "bacalhau-executor": "bacalhau-n-1", "bacalhau-jobID": "bacalhau-n-1my job",
                "bacalhau-executionID": "bacalhau-n-1e-1", "bacalhau-role": "job",
            ])
        #expect(ContainerLabels(nodeID: NodeID(rawValue: "n-1")).execution(in: labels)?.rawValue == "e-1")
        #expect(ContainerLabels(nodeID: NodeID(rawValue: "n-12")).execution(in: labels) == nil)
    }

    @Test func swapIsNotASecondMemory() throws {
        let host = host(try plan(request(resources: Resources(cpuMillicores: 1500, memoryBytes: 64 << 20))))
        #expect(host["Memory"] == 67_108_864)
        #expect(host["MemorySwap"] == 67_108_864)
        #expect(host["NanoCpus"] == 1_500_000_000)
    }

    @Test func nothingAskedIsNothingLimited() throws {
        let host = host(try plan(request()))
        #expect(host["Memory"] == nil)
        #expect(host["NanoCpus"] == nil)
    }

    @Test func inputsAreReadOnlyAndResultsAreNot() throws {
        #expect(
            host(try plan(request()))["Mounts"] == [
                ["Type": "bind", "Source": "/data/in", "Target": "/in", "ReadOnly": true],
                ["Type": "bind", "Source": "/r/outputs", "Target": "/outputs", "ReadOnly": false],
            ])
    }

    @Test func relativeTargetIsRejected() {
        var request = request()
        request.inputs[0].target = "in"
        #expect(
            throws: ExecutorError.rejected(
                reason: "the target of an input is \"in\"; the docker engine needs an absolute path below /",
                hint: "write a path such as /inputs or /outputs")
        ) { try plan(request) }
    }

    @Test func fullNetworkNeedsTheNodesConsent() throws {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the task asks for the full network, and this node takes no networked jobs",
                hint: "use network type None, or let a node accept networked jobs")
        ) { try plan(request(network: .full)) }
        var configuration = configuration
        configuration.acceptsNetworkedJobs = true
        let host = host(try plan(request(network: .full), configuration))
        #expect(host["NetworkMode"] == "host")
        #expect(host["ExtraHosts"] == ["host.docker.internal:host-gateway"])
    }

    @Test func httpNetworkIsRejected() {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the docker engine of this node does not offer network type HTTP",
                hint: "use network type None with input sources, or Full where a node accepts it")
        ) { try plan(request(network: .http)) }
    }

    @Test func commandIsLeftToTheImageUnlessGiven() throws {
        let plain = try plan(request()).document.object ?? [:]
        #expect(plain["Cmd"] == nil && plain["Entrypoint"] == nil && plain["WorkingDir"] == nil)
        let full = try plan(
            request(["Image": "ubuntu", "Entrypoint": ["a"], "Parameters": ["b"], "WorkingDirectory": "/w"]))
        #expect(full.document.object?["Cmd"] == ["b"])
        #expect(full.document.object?["Entrypoint"] == ["a"])
        #expect(full.document.object?["WorkingDir"] == "/w")
        #expect(full.document.object?["Env"] == ["T=1"])
    }

    @Test func gpusAreGivenByVendor() throws {
        let gpus = [
            GPU(index: 1, name: "a", vendor: "NVIDIA", memoryMiB: 1, pciAddress: ""),
            GPU(index: 0, name: "b", vendor: "AMD/ATI", memoryMiB: 1, pciAddress: "0000:0A:00.0"),
        ]
        let host = host(try plan(request(resources: Resources(gpuCount: 2, gpus: gpus))))
        #expect(host["DeviceRequests"] == [["DeviceIDs": ["1"], "Capabilities": [["gpu"]]]])
        #expect(host["Devices"]?.array?.count == 3)
    }

    @Test func versionIsAgreed() {
        func version(_ text: String) -> APIVersion { APIVersion(text) ?? APIVersion(major: 0, minor: 0) }
        #expect(APIVersion.agreed(engineNewest: version("1.41"), engineOldest: version("1.12")) == version("1.41"))
        #expect(APIVersion.agreed(engineNewest: version("1.50"), engineOldest: version("1.24")) == version("1.43"))
        #expect(APIVersion.agreed(engineNewest: version("1.52"), engineOldest: version("1.44")) == version("1.44"))
        #expect(APIVersion.agreed(engineNewest: version("1.23"), engineOldest: nil) == nil)
        #expect(APIVersion("1") == nil && APIVersion("a.b") == nil)
    }
}
