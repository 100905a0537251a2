import BacalhauClient
import BacalhauModel

/// `job executions`
enum JobExecutions {
    static let limit: UInt32 = 20

    static let command = Command(
        "job executions", usage: "[id]", "List the attempts to run a job",
        flags: ListFlags.all(limit: limit, orderFields: ["modify_time", "create_time", "id", "state"])
            + OutputFlags.tabular,
        positionals: .exactly(1)
    ) { arguments, context in
        let page = try ListFlags.request(arguments, limit: limit)
        let query = ExecutionQuery(
            limit: page.limit, nextToken: page.nextToken, orderBy: page.orderBy, reverse: page.isReversed)
        let client = try context.client(arguments)
        let id = arguments.positionals[0]
        let executions = try await failing("could not get executions of job \(id)") {
            () async throws(BacalhauError) in try await client.jobs.executions(id, query).items
        }
        let printer = try ResultPrinter(arguments, context)
        // Tables for programs keep v1.4.0's columns.
        let extra = printer.isWide && !printer.isForPrograms ? partColumns(executions) : []
        try printer.list(executions, columns: columns + extra)
        return .success
    }

    /// Tells partitions and runs apart, where there are several.
    static func partColumns(_ executions: [Execution]) -> [Column<Execution>] {
        var columns: [Column<Execution>] = []
        if executions.contains(where: { $0.partitionIndex > 0 }) {
            columns.append(Column("Partition") { execution, _ in "\(execution.partitionIndex)" })
        }
        if executions.contains(where: { $0.jobVersion > 0 }) {
            columns.append(Column("Job Version") { execution, _ in "\(execution.jobVersion)" })
        }
        return columns
    }

    static let columns: [Column<Execution>] = [
        Column("Created", width: 8) { execution, isWide in
            isWide ? TimeText.full(execution.createTime) : TimeText.clock(execution.createTime)
        },
        Column("Modified", width: 8) { execution, isWide in
            isWide ? TimeText.full(execution.modifyTime) : TimeText.clock(execution.modifyTime)
        },
        Column("ID", width: 10) { execution, _ in ShortID.text(execution.id.rawValue) },
        Column("Node ID", width: 10) { execution, _ in ShortID.node(execution.nodeID) },
        Column("Rev.", width: 4) { execution, _ in "\(execution.revision)" },
        Column("State", width: 17) { execution, _ in execution.computeState.type.name },
        Column("Desired", width: 10) { execution, _ in execution.desiredState.type.name },
    ]
}
