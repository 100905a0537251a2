internal import BacalhauHTTPClient
internal import BacalhauModel

/// Follows one container to its end: passes its output on and finds out how it ended.
struct ContainerWatch: Sendable {
    /// How long output may take to arrive after the program ended, before it is read from the engine's log.
    private static let outputGrace = Duration.seconds(60)
    /// How long an engine may be out of reach, for a restart, before the wait is given up.
    private static let engineAbsenceMax = Duration.seconds(60)
    /// Between two attempts to reach the engine.
    private static let retryInterval = Duration.milliseconds(500)
    /// How often, and how far apart, to look for the kernel's word on memory after a kill.
    private static let memoryLooks = 8
    private static let memoryLookInterval = Duration.milliseconds(50)

    let api: DockerAPI
    let registry: ContainerRegistry
    let id: ExecutionID

    private enum Event: Sendable {
        /// All output was passed on; `false` when the connection broke before.
        case outputEnded(Bool)
        case programEnded(Result<Void, DockerFailure>)
        case outputOverdue
    }

    /// Returns how the program ended, with all its output passed on.
    func run() async throws(ExecutorError) -> ExitReport {
        guard let run = await registry.run(id) else { throw .notFound(id) }
        if let report = run.report { return report }
        let (end, hasAllOutput) = await followToEnd(run)
        switch end {
        case .failure(let failure): throw error(failure, run)
        case .success: break
        }
        if !hasAllOutput { _ = await relayOutput(run, follows: false) }
        guard !Task.isCancelled else { throw .cancelled }
        let report = try await report(run)
        await registry.finish(id, report)
        return report
    }

    /// Output and end at the same time; the output has some time left once the program has ended.
    private func followToEnd(
        _ run: ContainerRegistry.Run
    ) async -> (end: Result<Void, DockerFailure>, hasAllOutput: Bool) {
        await withTaskGroup(of: Event.self) { group in
            group.addTask { .outputEnded(await relayOutput(run, follows: true)) }
            group.addTask { .programEnded(await awaitEnd(run)) }
            var end: Result<Void, DockerFailure>?
            var hasAllOutput: Bool?
            while let event = await group.next() {
                switch event {
                case .outputEnded(let isComplete): hasAllOutput = isComplete
                case .outputOverdue: hasAllOutput = false
                case .programEnded(let result):
                    end = result
                    group.addTask {
                        try? await Task.sleep(for: Self.outputGrace)
                        return .outputOverdue
                    }
                }
                if let end, hasAllOutput != nil || (try? end.get()) == nil { break }
            }
            group.cancelAll()
            return (end ?? .failure(.cancelled), hasAllOutput ?? false)
        }
    }

    /// Passes output on until it ends. When nothing is connected yet, the engine's log is read, from where the
    /// execution's log ends; `follows`: up to the program's end.
    /// - Returns: whether it certainly came to its end. When it did not, it has to be read again after the program's end.
    private func relayOutput(_ run: ContainerRegistry.Run, follows: Bool) async -> Bool {
        guard var (relay, body) = await registry.takeOutput(id) else { return true }
        let isAttached = body != nil
        var isComplete = false
        do {
            if body == nil {
                let engineLog = EngineLog(api: api, containerID: run.containerID, log: relay.log)
                let reading = try await engineLog.open(follows: follows)
                relay.restart(known: reading.known)
                body = reading.body
            }
            while let piece = try await body?.next() { try relay.feed(piece) }
            // Engines (20.10 for one) leave out the last lines of a program that ends while its log is read along.
            isComplete = isAttached
        } catch {
            // A broken connection.
            body?.cancel()
        }
        await registry.keep(relay, for: id)
        return isComplete
    }

    /// Waits for the end of the program, through restarts of the engine.
    private func awaitEnd(_ run: ContainerRegistry.Run) async -> Result<Void, DockerFailure> {
        let clock = ContinuousClock()
        var absentSince: ContinuousClock.Instant?
        while true {
            let start = clock.now
            do throws(DockerFailure) {
                try await api.waitForEnd(of: run.containerID)
                return .success(())
            } catch {
                guard case .unreachable = error else { return .failure(error) }
                // A connection that held for a while was good; its end begins a new absence.
                let since = start.duration(to: clock.now) > .seconds(5) ? clock.now : absentSince ?? clock.now
                absentSince = since
                guard since.duration(to: clock.now) < Self.engineAbsenceMax else { return .failure(error) }
            }
            try? await Task.sleep(for: Self.retryInterval)
            if Task.isCancelled { return .failure(.cancelled) }
        }
    }

    private func report(_ run: ContainerRegistry.Run) async throws(ExecutorError) -> ExitReport {
        var state: ContainerState
        do throws(DockerFailure) {
            state = try await api.inspect(run.containerID)
            // On a busy machine the container's end can overtake the kernel's word that memory ran out. The engine
            // then tells it as an event only.
            var looks = 0
            while state.exitCode == 137, !state.wasKilledForMemory, run.memoryLimit > 0, looks < Self.memoryLooks,
                await registry.run(id)?.stopReason == nil
            {
                if looks > 0 { try? await Task.sleep(for: Self.memoryLookInterval) }
                looks += 1
                state.wasKilledForMemory = try await api.sawMemoryRunOut(run.containerID)
            }
        } catch {
            throw self.error(error, run)
        }
        // Read again: a stop may have come, and the relay has seen more.
        guard let latest = await registry.run(id) else { throw .notFound(id) }
        return state.report(
            stopReason: latest.stopReason, memoryLimit: run.memoryLimit, image: run.image,
            stderrStart: latest.relay.stderrStart)
    }

    /// A container that is gone was cleaned up.
    private func error(_ failure: DockerFailure, _ run: ContainerRegistry.Run) -> ExecutorError {
        if failure.isNotFound { return .notFound(id) }
        return failure.executorError("wait for the container", image: run.image)
    }
}
