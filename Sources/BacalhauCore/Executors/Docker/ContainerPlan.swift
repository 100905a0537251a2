internal import BacalhauModel

/// The container that runs an execution, in the words of the engine's `create`.
struct ContainerPlan: Hashable, Sendable {
    /// The first API version in which a container can be told the host's address.
    static let hostGatewayVersion = APIVersion(major: 1, minor: 41)

    let name: String
    let document: JSONValue

    /// Makes the plan.
    /// - Throws: `.rejected` for a network, a path or a GPU that cannot be had here.
    init(
        _ request: ExecutionRequest, _ parameters: DockerParameters, configuration: DockerConfiguration,
        apiVersion: APIVersion, devices: GPUDevices = GPUDevices()
    ) throws(ExecutorError) {
        try Self.checkNetwork(request.task.network, configuration)
        let labels = ContainerLabels(nodeID: configuration.nodeID)
        name = labels.containerName(job: request.jobID, execution: request.executionID)

        var host = Self.confinement(configuration)
        host.merge(Self.limits(request.resources)) { _, new in new }
        host.merge(try devices.hostConfiguration(for: request.resources)) { _, new in new }
        host["Mounts"] = .array(try Self.mounts(request))
        let isNetworked = request.task.network.type == .full
        host["NetworkMode"] = isNetworked ? "host" : "none"
        if isNetworked, apiVersion >= Self.hostGatewayVersion {
            host["ExtraHosts"] = ["host.docker.internal:host-gateway"]
        }

        let labelValues = labels.all(job: request.jobID, execution: request.executionID)
        var container: [String: JSONValue] = [
            "Image": .string(parameters.image), "Tty": false, "NetworkDisabled": .bool(!isNetworked),
            "Env": .strings(parameters.environment(over: request.environment)),
            "Labels": .object(labelValues.mapValues { .string($0) }), "HostConfig": .object(host),
        ]
        if !parameters.entrypoint.isEmpty { container["Entrypoint"] = .strings(parameters.entrypoint) }
        if !parameters.parameters.isEmpty { container["Cmd"] = .strings(parameters.parameters) }
        if !parameters.workingDirectory.isEmpty { container["WorkingDir"] = .string(parameters.workingDirectory) }
        document = .object(container)
    }

    /// Refuses networks that this engine does not offer.
    static func checkNetwork(
        _ network: NetworkConfig, _ configuration: DockerConfiguration
    ) throws(ExecutorError) {
        switch network.type {
        case .none: return
        case .full:
            if configuration.acceptsNetworkedJobs { return }
            throw .rejected(
                reason: "the task asks for the full network, and this node takes no networked jobs",
                hint: "use network type None, or let a node accept networked jobs")
        case .http:
            throw .rejected(
                reason: "the docker engine of this node does not offer network type HTTP",
                hint: "use network type None with input sources, or Full where a node accepts it")
        }
    }

    /// What keeps a program from harming its neighbours.
    private static func confinement(_ configuration: DockerConfiguration) -> [String: JSONValue] {
        let kilobytes = max(1, configuration.engineLogBytesMax / 2 / 1000)
        return [
            // A first process that passes signals on and collects ended children.
            "Init": true,
            "CapDrop": ["ALL"], "CapAdd": .strings(configuration.capabilities),
            "SecurityOpt": ["no-new-privileges"], "PidsLimit": .integer(configuration.pidsLimit),
            "LogConfig": [
                "Type": "local", "Config": ["max-size": .string("\(kilobytes)k"), "max-file": "2"],
            ],
        ]
    }

    private static func limits(_ resources: Resources) -> [String: JSONValue] {
        var limits: [String: JSONValue] = [:]
        if resources.memoryBytes > 0 {
            let bytes = JSONValue.integer(Int64(clamping: resources.memoryBytes))
            // The sum of memory and swap: equal means no swap.
            limits["Memory"] = bytes
            limits["MemorySwap"] = bytes
        }
        if resources.cpuMillicores > 0 {
            // The engine takes no less than a hundredth of a core.
            let (nanoseconds, overflow) = max(10, resources.cpuMillicores).multipliedReportingOverflow(by: 1_000_000)
            limits["NanoCpus"] = .integer(overflow ? .max : nanoseconds)
        }
        return limits
    }

    private static func mounts(_ request: ExecutionRequest) throws(ExecutorError) -> [JSONValue] {
        var mounts: [JSONValue] = []
        for input in request.inputs {
            try requireAbsolute(input.target, "the target of an input")
            mounts.append(mount(input.hostPath, at: input.target, isReadOnly: input.isReadOnly))
        }
        for result in request.task.resultPaths {
            try requireAbsolute(result.path, "the path of result \(result.name.debugDescription)")
            mounts.append(
                mount("\(request.resultsDirectory)/\(result.name)", at: result.path, isReadOnly: false))
        }
        return mounts
    }

    private static func mount(_ source: String, at target: String, isReadOnly: Bool) -> JSONValue {
        [
            "Type": "bind", "Source": .string(source), "Target": .string(target), "ReadOnly": .bool(isReadOnly),
        ]
    }

    private static func requireAbsolute(_ path: String, _ what: String) throws(ExecutorError) {
        guard path.hasPrefix("/"), path != "/" else {
            throw .rejected(
                reason: "\(what) is \(path.debugDescription); the docker engine needs an absolute path below /",
                hint: "write a path such as /inputs or /outputs")
        }
    }
}

extension JSONValue {
    /// A list of strings.
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
