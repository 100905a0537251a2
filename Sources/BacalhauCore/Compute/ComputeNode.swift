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
    private var machine: NodeMachine
    private var stops: [ExecutionID: AsyncSignal<Void>] = [:]
    /// What an earlier process left, until it is taken up.
    private var left: [ComputeStore.Record]
    private let process = UInt64.random(in: .min ... .max)
    private var connectionCount = 0
    /// What the orchestrator was last told of this node.
    private var described: NodeInfo?

    /// Reads what an earlier process left. Logs of executions that are not over are open when this returns, so that
    /// nobody takes them for ended.
    init(parts: Parts, link: any OrchestratorLink) throws(BacalhauError) {
        self.parts = parts
        self.link = link
        left = try parts.store.load()
        for record in left where record.phase != .ended { _ = try? parts.logs.open(record.execution.id) }
        let capacity = parts.settings.capacity ?? HostCapacity.measure(directory: parts.directories.root)
        machine = NodeMachine(capacity: capacity)
    }

    /// Takes up what an earlier process left, then serves the orchestrator until cancelled.
    ///
    /// Cancellation leaves workloads that can outlive the node running; the next start takes them over.
    /// - Throws: when the orchestrator does not want the node.
    func run() async throws(BacalhauError) {
        let records = left
        left = []
        let known = Set(records.map(\.execution.id))
        for executor in parts.executors.values { await executor.removeLeftovers(except: known) }
        await parts.directories.removeLeftovers(except: known)
        for record in records {
            machine.restore(
                record.execution, demand: demand(record.execution, record.job), hasEnded: record.phase == .ended)
        }
        let refusal = await withDiscardingTaskGroup { group in
            for record in records { resume(record, in: &group) }
            group.addTask { await self.keepLease() }
            let refusal = await serve(in: &group)
            group.cancelAll()
            return refusal
        }
        await link.disconnect(parts.id)
        if let refusal { throw refusal }
    }

    /// Connects, and does what is asked until the connection ends; connects again then.
    ///
    /// - Returns: why the orchestrator does not want the node; `nil` when cancelled.
    private func serve(in group: inout DiscardingTaskGroup) async -> BacalhauError? {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do throws(BacalhauError) {
                let description = await description()
                let messages = try await link.connect(description, known: machine.known, session: nextSession())
                described = description
                connected.raise(())
                pause = .milliseconds(100)
                for await message in messages { handle(message, in: &group) }
            } catch {
                if !error.isRetryable { return error }
            }
            do { try await Task.sleep(for: pause) } catch { break }
            pause = min(pause * 2, .seconds(10))
        }
        return nil
    }

    /// Says again and again that the node is there, and what changed about it.
    private nonisolated func keepLease() async {
        guard await connected.wait() != nil else { return }
        while true {
            do { try await Task.sleep(for: parts.settings.beatPeriod, tolerance: .seconds(1)) } catch { return }
            do throws(BacalhauError) {
                if let news = await news() {
                    try await link.update(news)
                    await noteDescribed(news)
                }
                try await link.beat(parts.id, known: await known)
            } catch {
                // The orchestrator gave the node up: ending the stream of wishes makes it connect again.
                if error.code == .notFound || error.code == .conflict { await link.disconnect(parts.id) }
            }
        }
    }

    private var known: [ExecutionID] { machine.known }

    private func nextSession() -> NodeSession {
        connectionCount += 1
        return NodeSession(process: process, number: connectionCount)
    }

    /// What the node offers now, if that is not what the orchestrator was told.
    private func news() async -> NodeInfo? {
        let now = await description()
        return now == described ? nil : now
    }

    private func noteDescribed(_ info: NodeInfo) { described = info }

    private func resume(_ record: ComputeStore.Record, in group: inout DiscardingTaskGroup) {
        let execution = record.execution
        if record.phase == .ended, let report = record.report {
            group.addTask { await self.deliver(report) }
            return
        }
        let stop = AsyncSignal<Void>()
        stops[execution.id] = stop
        group.addTask {
            let runner = ExecutionRunner(node: self.parts, execution: execution, job: record.job, stop: stop)
            let (content, prepared) = await runner.run(isStarted: record.phase == .started)
            await self.end(execution, content)
            await runner.cleanUp(prepared)
        }
    }

    private func handle(_ message: NodeMessage, in group: inout DiscardingTaskGroup) {
        switch machine.handle(message, demand: { demand($0, $1) }) {
        case .take(let execution, let job):
            let stop = AsyncSignal<Void>()
            stops[execution.id] = stop
            group.addTask { await self.take(execution, job, stop: stop) }
        case .end(let execution, let content): group.addTask { await self.end(execution, content) }
        case .stop(let id): stops[id]?.raise(())
        case .denyStopped(let id):
            let denial = ExecutionReport(
                executionID: id, jobID: JobID(rawValue: ""), nodeID: parts.id, content: .cancelled(output: nil))
            group.addTask { try? await self.link.report(denial) }
        case .confirm(let execution):
            group.addTask { try? await self.link.report(self.report(execution, .accepted)) }
        case nil: break
        }
    }

    private func demand(_ execution: Execution, _ job: Job) -> Resources {
        execution.allocatedResources[job.task.name] ?? parts.settings.defaultResources
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
        await confirm(execution.id)
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
        await release(execution.id)
        await deliver(report)
    }

    /// Delivers a report, however long that takes, and lets go of the execution.
    private nonisolated func deliver(_ report: ExecutionReport) async {
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
        parts.store.delete(report.executionID)
        await forget(report.executionID)
    }

    /// Frees what an execution held before the orchestrator can hear that it is over and send the next one.
    private func release(_ id: ExecutionID) {
        machine.end(id)
        stops[id] = nil
    }

    private func confirm(_ id: ExecutionID) { machine.confirm(id) }

    private func claimDisk(_ bytes: UInt64, for id: ExecutionID) throws(CapacityShortage) {
        try machine.claimDisk(bytes, for: id)
    }

    private func forget(_ id: ExecutionID) { machine.forget(id) }

    /// What this node offers now.
    private func description() async -> NodeInfo { await NodeDescription(parts: parts).describe(machine.ledger.total) }
}
