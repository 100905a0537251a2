import BacalhauModel

/// Decides what a compute node does with the orchestrator's wishes and with what became of its executions.
///
/// Pure: no input and output, no clock. ``ComputeNode`` carries the decisions out; the simulation plays it through.
/// Wishes may come twice, late and in any order.
struct NodeMachine: Sendable {
    /// What is to be done now.
    enum Step: Sendable {
        /// Check the execution, store it and run it.
        case take(Execution, Job)
        /// Store the report and deliver it until it is acknowledged.
        case end(Execution, ExecutionReport.Content)
        /// Have the running workload end.
        case stop(ExecutionID)
        /// Tell the orchestrator that there is no such execution here (any more).
        case denyStopped(ExecutionID)
        /// Say again that the execution was taken.
        case confirm(Execution)
    }

    private enum Entry: Sendable {
        case running(Execution, isTaken: Bool)
        /// Over; its report is on the way.
        case ended
    }

    private var entries: [ExecutionID: Entry] = [:]
    private(set) var ledger: CapacityLedger
    /// Executions that are over for this node: a late wish to run one of them is not obeyed.
    private var gone = RecentSet<ExecutionID>(countMax: 16_384)

    init(capacity: Resources) { ledger = CapacityLedger(total: capacity) }

    /// All executions that the orchestrator has to know of when the node connects.
    var known: [ExecutionID] { entries.keys.sorted() }

    /// An execution that an earlier process left.
    mutating func restore(_ execution: Execution, demand: Resources, hasEnded: Bool) {
        entries[execution.id] = hasEnded ? .ended : .running(execution, isTaken: true)
        if !hasEnded { ledger.restore(demand, for: execution.id) }
    }

    mutating func handle(_ message: NodeMessage, demand: (Execution, Job) -> Resources) -> Step? {
        switch message {
        case .run(let execution, let job):
            if gone.contains(execution.id) { return .denyStopped(execution.id) }
            switch entries[execution.id] {
            // The confirmation may have been lost, unless it is still to be given.
            case .running(let known, let isTaken): return isTaken ? .confirm(known) : nil
            case .ended: return nil
            case nil: break
            }
            return take(execution, job, demand(execution, job))
        case .stop(let id, _):
            switch entries[id] {
            case .running: return .stop(id)
            // The report that is on the way says how it ended.
            case .ended: return nil
            case nil:
                gone.insert(id)
                return .denyStopped(id)
            }
        }
    }

    /// Gives a new execution its share, with the GPUs by name, or refuses it.
    private mutating func take(_ execution: Execution, _ job: Job, _ demand: Resources) -> Step {
        var taken = execution
        do throws(CapacityShortage) {
            let share = try ledger.reserve(demand, for: execution.id)
            if share.gpuCount > 0 { taken.allocatedResources[job.task.name] = share }
        } catch {
            entries[execution.id] = .ended
            return .end(execution, .refused(reason: error.description, isRetryable: true))
        }
        entries[execution.id] = .running(taken, isTaken: false)
        return .take(taken, job)
    }

    /// Raises the disk space of an execution to what its inputs take.
    mutating func claimDisk(_ bytes: UInt64, for id: ExecutionID) throws(CapacityShortage) {
        try ledger.claimDisk(bytes, for: id)
    }

    /// An execution was checked and is on disk: this node will end it.
    mutating func confirm(_ id: ExecutionID) {
        if case .running(let execution, _) = entries[id] { entries[id] = .running(execution, isTaken: true) }
    }

    /// An execution is over: its share is free before the orchestrator can hear of it and send the next one.
    mutating func end(_ id: ExecutionID) {
        entries[id] = .ended
        ledger.release(id)
    }

    /// The orchestrator has the last word on an execution.
    mutating func forget(_ id: ExecutionID) {
        entries[id] = nil
        gone.insert(id)
    }
}
