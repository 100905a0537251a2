internal import BacalhauHTTPClient
public import BacalhauModel

/// Runs containers with the Docker engine of this machine.
///
/// A job's life takes six calls: create, attach, start, wait, inspect, remove. Attaching before the start makes the log
/// complete and exact whatever the program writes; the engine's own, bounded log is read only after a restart of the
/// node, from where the execution's log ends.
///
/// Containers run without network, capabilities beyond ``DockerConfiguration/capabilities``, swap, or new privileges.
/// The size of their own file system is not limited.
public final class DockerExecutor: Executor {
    private let configuration: DockerConfiguration
    private let labels: ContainerLabels
    private let api: DockerAPI
    private let images: ImageStore
    private let registry = ContainerRegistry()
    private let starts = SharedCalls<ExecutionID, Void>()
    private let waits = SharedCalls<ExecutionID, ExitReport>()

    /// Makes an executor; nothing is asked of the engine yet.
    public init(configuration: DockerConfiguration) {
        self.configuration = configuration
        labels = ContainerLabels(nodeID: configuration.nodeID)
        api = DockerAPI(configuration)
        images = ImageStore(api, configuration)
    }

    /// `docker`.
    public var engineType: String { "docker" }

    /// Asks the engine whether it is there and which version it has.
    public func availability() async -> Availability {
        do throws(DockerFailure) {
            try await api.ping()
            _ = try await api.engine()
            return .available
        } catch {
            let error = error.executorError("answer", image: "")
            return .unavailable(reason: error.description, hint: error.hint)
        }
    }

    /// Checks the parameters, the network the task asks for, and the platform of an image that is on the node.
    ///
    /// An image that is not there yet is left to `prepare`.
    public func check(_ task: Job.Task) async throws(ExecutorError) {
        let parameters = try DockerParameters(task.engine)
        try ContainerPlan.checkNetwork(task.network, configuration)
        try await images.checkPlatform(parameters)
    }

    /// Pulls the image unless it is on the node. Executions that want the same image share one pull.
    public func prepare(_ request: ExecutionRequest) async throws(ExecutorError) {
        try await images.bring(try DockerParameters(request.task.engine))
    }

    /// Makes the container and starts it with its output attached. A container that does not start is removed.
    public func start(_ request: ExecutionRequest) async throws(ExecutorError) {
        try await starts.run(request.executionID) { () async throws(ExecutorError) in
            guard await self.registry.run(request.executionID) == nil else { return }
            try await self.startOnce(request)
        }
    }

    /// Finds the container by its labels. One that was made but never started is removed, and counts as none.
    public func attach(_ request: ExecutionRequest) async throws(ExecutorError) -> Bool {
        let id = request.executionID
        await starts.settle(id)
        if await registry.run(id) != nil { return true }
        let parameters = try DockerParameters(request.task.engine)
        do throws(DockerFailure) {
            let found = try await api.containers(matching: labels.filter(execution: id))
            guard let container = found.first(where: { $0.labels[ContainerLabels.roleKey] == ContainerLabels.jobRole })
            else { return false }
            if container.state == "created" {
                try await api.removeContainer(container.id)
                return false
            }
            await registry.add(run(container.id, request, parameters), for: id)
            return true
        } catch {
            throw error.executorError("find the container", image: parameters.image)
        }
    }

    /// Passes the output on until the program has ended. Bears an engine that is away, for a restart, up to a minute.
    public func wait(for id: ExecutionID) async throws(ExecutorError) -> ExitReport {
        guard let run = await registry.run(id) else { throw .notFound(id) }
        if let report = run.report { return report }
        let watch = ContainerWatch(api: api, registry: registry, id: id)
        return try await waits.run(id) { () async throws(ExecutorError) in try await watch.run() }
    }

    /// Has the engine ask the program to end, and kill it after `grace`, in whole seconds rounded up. An engine that
    /// fails to do so is told to kill at once.
    public func stop(_ id: ExecutionID, reason: StopReason, grace: Duration) async {
        await starts.settle(id)
        guard let run = await registry.run(id), run.report == nil else { return }
        await registry.setStopReason(reason, for: id)
        do throws(DockerFailure) {
            let hadEnded = try await !api.stopContainer(run.containerID, grace: grace)
            if hadEnded, run.stopReason == nil { await registry.setStopReason(nil, for: id) }
        } catch {
            guard !error.isNotFound, error != .cancelled else { return }
            // Politeness failed; the program must end all the same.
            try? await api.killContainer(run.containerID)
            try? await api.waitForEnd(of: run.containerID)
        }
    }

    /// Removes the container, running or not, with its anonymous volumes. A failure is left to `removeLeftovers`.
    public func cleanUp(_ id: ExecutionID) async {
        await starts.settle(id)
        if let run = await registry.remove(id) {
            run.output?.cancel()
            try? await api.removeContainer(run.containerID)
        } else {
            await removeContainers(matching: labels.filter(execution: id)) { $0 == id }
        }
    }

    /// Removes the containers that carry the labels of this node; those of other nodes stay.
    public func removeLeftovers(except known: Set<ExecutionID>) async {
        await registry.removeAll(except: known)
        await removeContainers(matching: labels.filter()) { !known.contains($0) }
    }

    /// As many as can be removed; what remains is found again by ``removeLeftovers(except:)``.
    private func removeContainers(matching filter: JSONValue, where isUnwanted: (ExecutionID) -> Bool) async {
        for container in (try? await api.containers(matching: filter)) ?? [] {
            guard let id = labels.execution(in: container.labels), isUnwanted(id) else { continue }
            try? await api.removeContainer(container.id)
        }
    }

    // MARK: - Starting

    private func startOnce(_ request: ExecutionRequest) async throws(ExecutorError) {
        let parameters = try DockerParameters(request.task.engine)
        let container = try await createContainer(request, parameters)
        guard container.needsStart else {
            await registry.add(run(container.id, request, parameters), for: request.executionID)
            return
        }
        do throws(DockerFailure) {
            let output = try await api.attach(container.id)
            do throws(DockerFailure) {
                try await api.startContainer(container.id)
            } catch {
                output.cancel()
                throw error
            }
            var run = run(container.id, request, parameters)
            run.output = output
            await registry.add(run, for: request.executionID)
        } catch {
            try? await api.removeContainer(container.id)
            throw error.executorError("start the container", image: parameters.image)
        }
    }

    /// Makes the container, or finds the one that an earlier process made for the same execution.
    private func createContainer(
        _ request: ExecutionRequest, _ parameters: DockerParameters
    ) async throws(ExecutorError) -> (id: String, needsStart: Bool) {
        let version: APIVersion
        do throws(DockerFailure) {
            version = try await api.engine().apiVersion
        } catch {
            throw error.executorError("create the container", image: parameters.image)
        }
        let plan = try ContainerPlan(request, parameters, configuration: configuration, apiVersion: version)
        try ResultFolders.open(request)
        do throws(DockerFailure) {
            do throws(DockerFailure) {
                return (try await api.createContainer(plan), true)
            } catch {
                guard error.isConflict else { throw error }
            }
            let state = try await api.inspect(plan.name)
            guard labels.execution(in: state.labels) == request.executionID else {
                throw DockerFailure.refused(
                    status: 409, message: "the container name \(plan.name) is taken by something else")
            }
            return (state.id, state.isNeverStarted)
        } catch {
            throw error.executorError("create the container", image: parameters.image)
        }
    }

    private func run(
        _ containerID: String, _ request: ExecutionRequest, _ parameters: DockerParameters
    ) -> ContainerRegistry.Run {
        ContainerRegistry.Run(
            containerID: containerID, image: parameters.image, memoryLimit: request.resources.memoryBytes,
            relay: OutputRelay(log: request.log), output: nil, stopReason: nil, report: nil)
    }
}
