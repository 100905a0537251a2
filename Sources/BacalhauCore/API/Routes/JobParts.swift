import BacalhauModel
import BacalhauSupport

/// What belongs to one stored job, in the form of a generation of clients.
struct JobParts: Sendable {
    let store: JobStore
    let row: JobStore.JobRow
    let generation: APIGeneration

    init(store: JobStore, row: JobStore.JobRow, generation: APIGeneration) {
        self.store = store
        self.row = row
        self.generation = generation
    }

    /// The job itself, read anew each time: most answers pass its stored body on as it is.
    var job: Job? { try? Job(json: row.body) }

    /// The executions in the order of their identifiers.
    func executions() throws(BacalhauError) -> [Execution] {
        try store.executions(order: row.order).compactMap { try? Execution(json: $0) }
    }

    func json(_ execution: Execution) -> [UInt8] {
        execution.json(for: generation)
    }

    /// The completed executions whose results are the job's: of each partition, or node of an ops job, the one of the
    /// latest run.
    func counting() throws(BacalhauError) -> [Execution] {
        let isPerNode = job?.kind == .ops
        let completed = try executions().filter { $0.computeState.type == .completed }
        var latest: [String: UInt64] = [:]
        func slot(_ execution: Execution) -> String {
            isPerNode ? execution.nodeID.rawValue : String(execution.partitionIndex)
        }
        for execution in completed {
            latest[slot(execution)] = max(latest[slot(execution)] ?? 0, execution.jobVersion)
        }
        return completed.filter { $0.jobVersion == latest[slot($0)] }.sorted {
            ($0.partitionIndex, $0.id) < ($1.partitionIndex, $1.id)
        }
    }

    /// An item with its body, as far as it has to be read.
    struct Item: Sendable {
        let sequence: Int
        let item: HistoryItem
        /// The version that the job had then.
        let version: UInt64
    }

    /// The history items, oldest first.
    func history() throws(BacalhauError) -> [Item] {
        var version: UInt64 = 0
        return try store.history(order: row.order).enumerated().compactMap { index, body in
            guard let item = try? HistoryItem(json: body) else { return nil }
            version = item.event.details[Event.Detail.jobVersion].flatMap { UInt64($0) } ?? version
            return Item(sequence: index + 1, item: item, version: version)
        }
    }

    func json(_ item: Item) -> [UInt8] {
        item.item.json(for: generation, sequence: item.sequence, jobVersion: item.version)
    }

    /// The history that goes with a described job: all of it, or what v1.9 sends.
    ///
    /// - Parameter version: `nil` is the latest.
    func includedHistory(of version: UInt64?) throws(BacalhauError) -> [[UInt8]] {
        guard generation == .v19 else { return try store.history(order: row.order) }
        let wanted = version ?? job?.version ?? 0
        return try history().filter { $0.version == wanted }.prefix(JobParts.historyPageDefault).map(json)
    }

    /// The length of a history page of clients that ask for none.
    static let historyPageDefault = 100
}
