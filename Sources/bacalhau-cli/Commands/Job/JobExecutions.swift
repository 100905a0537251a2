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
        try ResultPrinter(arguments, context).list(executions, columns: columns)
        return .success
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
