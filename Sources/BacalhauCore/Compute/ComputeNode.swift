import BacalhauModel
import BacalhauSupport

/// Runs what an orchestrator asks of this machine, and reports until it is heard.
actor ComputeNode {
    /// What the executions of a node share.
    struct Parts: Sendable {
        let id: NodeID
        let settings: ComputeSettings
        let clock: any WallClock
        let executors: [String: any Executor]
        let storages: [String: any StorageProvider]
        let publishers: [String: any ResultPublisher]
        let store: ComputeStore
        let logs: LogStore
        let directories: ExecutionDirectories
        let selection: JobSelection
    }

    /// Raised once the orchestrator knows the node.
    nonisolated let connected = AsyncSignal<Void>()
    private let parts: Parts
    private let link: any OrchestratorLink
    private var ledger: CapacityLedger
    private var stops: [ExecutionID: AsyncSignal<Void>] = [:]

    init(parts: Parts, link: any OrchestratorLink) {
        self.parts = parts
        self.link = link
        let capacity = parts.settings.capacity ?? HostCapacity.measure(directory: parts.directories.root)
        ledger = CapacityLedger(total: capacity)
    }

    /// Takes up what an earlier process left, then serves the orchestrator until cancelled.
    ///
    /// Cancellation leaves workloads that can outlive the node running; the next start takes them over.
    func run() async throws(BacalhauError) {
        let records = try parts.store.load()
        let known = Set(records.map(\.execution.id))
        for executor in parts.executors.values { await executor.removeLeftovers(except: known) }
        await parts.directories.removeLeftovers(except: known)
        let messages = try await link.connect(await description(), known: records.map(\.execution.id))
        connected.raise(())
        await withDiscardingTaskGroup { group in
            for record in records { resume(record, in: &group) }
            for await message in messages { handle(message, in: &group) }
            group.cancelAll()
        }
        await link.disconnect(parts.id)
    }

    private func resume(_ record: ComputeStore.Record, in group: inout DiscardingTaskGroup) {
        ledger.restore(record.execution, task: record.job.task.name, defaults: parts.settings.defaultResources)
        let stop = register(record.execution)
        if record.phase == .ended, let report = record.report {
            group.addTask { await self.finish(record.execution, report) }
            return
        }
        group.addTask {
            let runner = ExecutionRunner(node: self.parts, execution: record.execution, job: record.job, stop: stop)
            let (content, prepared) = await runner.run(isStarted: record.phase == .started)
            await self.end(record.execution, content)
            await runner.cleanUp(prepared)
        }
    }

    private func handle(_ message: NodeMessage, in group: inout DiscardingTaskGroup) {
        switch message {
        case .run(let wanted, let job):
            guard stops[wanted.id] == nil else { return }
            let execution: Execution
            do {
                execution = try ledger.reserve(
                    wanted, task: job.task.name, defaults: parts.settings.defaultResources)
            } catch {
                group.addTask { await self.end(wanted, .refused(reason: error.description, isRetryable: true)) }
                return
            }
            let stop = register(execution)
            group.addTask { await self.take(execution, job, stop: stop) }
        case .stop(let id, _):
            if let stop = stops[id] {
                stop.raise(())
            } else {
                group.addTask {
                    try? await self.link.report(
                        ExecutionReport(
                            executionID: id, jobID: JobID(rawValue: ""), nodeID: self.parts.id,
                            content: .cancelled(output: nil)))
                }
            }
        }
    }

    private func register(_ execution: Execution) -> AsyncSignal<Void> {
        let stop = AsyncSignal<Void>()
        stops[execution.id] = stop
        return stop
    }

    /// Checks, notes and runs a new execution.
    private nonisolated func take(_ execution: Execution, _ job: Job, stop: AsyncSignal<Void>) async {
        let runner = ExecutionRunner(node: parts, execution: execution, job: job, stop: stop)
        let refusal = await runner.refusal { bytes throws(CapacityShortage) in
            try await self.claimDisk(bytes, for: execution.id)
        }
        if case .refused(let reason, let isRetryable) = refusal {
            await end(execution, .refused(reason: reason, isRetryable: isRetryable))
            return
        }
        let hasPreparation = parts.executors[job.task.engine?.normalizedType ?? ""]?.hasPreparation ?? true
        let record = ComputeStore.Record(
            execution: execution, job: job, phase: hasPreparation ? .accepted : .started, report: nil)
        do {
            try await parts.store.put(record)
        } catch {
            await end(execution, .refused(reason: error.message, isRetryable: true))
            return
        }
        // Followers may come as soon as the orchestrator knows; a log that nobody writes counts as finished.
        _ = try? parts.logs.open(execution.id)
        await withTaskGroup(of: Void.self) { group in
            // The orchestrator hears of it while it runs; a lost message is made good by the final report.
            group.addTask { try? await self.link.report(self.report(execution, .accepted)) }
            let (content, prepared) = await runner.run(isStarted: false)
            await self.end(execution, content)
            await runner.cleanUp(prepared)
        }
    }

    private nonisolated func report(_ execution: Execution, _ content: ExecutionReport.Content) -> ExecutionReport {
        ExecutionReport(executionID: execution.id, jobID: execution.jobID, nodeID: parts.id, content: content)
    }

    /// Stores the last word, unless the node itself is stopping, and delivers it.
    private nonisolated func end(_ execution: Execution, _ content: ExecutionReport.Content) async {
        // A node that is told to stop has not ended the execution: the next process goes on with it.
        if Task.isCancelled { return }
        let report = report(execution, content)
        parts.store.end(execution.id, with: report)
        await finish(execution, report)
    }

    /// Delivers a report, however long that takes, and lets go of the execution.
    private nonisolated func finish(_ execution: Execution, _ report: ExecutionReport) async {
        await release(execution.id)
        var pause = Duration.milliseconds(100)
        while true {
            do {
                try await link.report(report)
                break
            } catch {
                do { try await Task.sleep(for: pause) } catch { return }
                pause = min(pause * 2, .seconds(30))
            }
        }
        parts.store.delete(execution.id)
        await forget(execution.id)
    }

    /// Frees what an execution held before the orchestrator can hear that it is over and send the next one.
    private func release(_ id: ExecutionID) { ledger.release(id) }

    private func claimDisk(_ bytes: UInt64, for id: ExecutionID) throws(CapacityShortage) {
        try ledger.claimDisk(bytes, for: id)
    }

    private func forget(_ id: ExecutionID) { stops[id] = nil }

    /// What this node offers now.
    private func description() async -> NodeInfo { await NodeDescription(parts: parts).describe(ledger) }
}
