import BacalhauClient
import BacalhauModel

/// Everything about a job, for a person.
struct JobReport {
    let details: JobDetails
    /// Shown when it is known.
    var explanation: JobExplanation?
    let isColoured: Bool
    let now: Timestamp

    private var job: Job { details.job }
    private var history: [HistoryItem] { details.history ?? [] }
    /// Newest first.
    private var executions: [Execution] {
        (details.executions ?? []).enumerated().sorted { left, right in
            left.element.createTime == right.element.createTime
                ? left.offset < right.offset : left.element.createTime > right.element.createTime
        }.map(\.element)
    }

    var text: String {
        var text = header + heading("Summary") + summary
        if let explanation { text += heading("Why") + ExplanationText(explanation, heading: heading).text }
        let jobHistory = history.filter { $0.level == .job }
        if !jobHistory.isEmpty { text += heading("Job History") + historyTable(jobHistory) }
        guard !executions.isEmpty else { return text }
        text +=
            heading("Executions")
            + Table(columns: executionColumns + JobExecutions.partColumns(executions), items: executions).text
        for execution in executions {
            let items = history.filter { $0.executionID == execution.id }
            guard !items.isEmpty else { continue }
            text += heading("Execution \(ShortID.text(execution.id.rawValue)) History") + historyTable(items)
        }
        return text + output
    }

    private var header: String {
        let hasCount = job.kind == .batch || job.kind == .service
        let rows: [(key: String, value: String)] = [
            ("ID", job.id.rawValue), ("Name", job.name), ("Namespace", job.namespace), ("Type", job.type),
            ("State", job.state.type.rawValue), ("Message", job.state.message),
            ("Count", hasCount ? "\(job.count)" : ""),
            ("Created Time", TimeText.full(job.createTime)), ("Modified Time", TimeText.full(job.modifyTime)),
            ("Version", "\(job.version)"),
        ]
        let width = rows.map(\.key.count).max() ?? 0
        return rows.filter { !$0.value.isEmpty }
            .map { "\(TextWidth.padded($0.key, to: width)) = \($0.value)\n" }.joined()
    }

    private var summary: String {
        ExecutionStateType.allCases.map { state in
            let count = executions.count { $0.computeState.type == state }
            return count == 0 ? "" : "\(state.name) = \(count)\n"
        }.joined()
    }

    private func heading(_ title: String) -> String {
        isColoured ? "\u{1B}[1m\n\(title)\n\u{1B}[0m" : "\n\(title)\n"
    }

    private func historyTable(_ items: [HistoryItem]) -> String {
        Table(
            columns: [
                Column("Time") { item, _ in TimeText.full(item.time) },
                Column("Rev.") { item, _ in "\(item.newRevision)" },
                JobHistory.state, JobHistory.topic, JobHistory.event(isColoured: isColoured),
            ], items: items
        ).text
    }

    private var executionColumns: [Column<Execution>] {
        [
            Column("ID") { execution, _ in ShortID.text(execution.id.rawValue) },
            Column("Node ID") { execution, _ in ShortID.node(execution.nodeID) },
            Column("State") { execution, _ in execution.computeState.type.name },
            Column("Desired") { execution, _ in execution.desiredState.type.name },
            Column("Rev.") { execution, _ in "\(execution.revision)" },
            Column("Created", width: 10, wrap: .words) { [now] execution, _ in
                TimeText.ago(execution.createTime, now: now)
            },
            Column("Modified", width: 10, wrap: .words) { [now] execution, _ in
                TimeText.ago(execution.modifyTime, now: now)
            },
            Column("Comment", width: 40, wrap: .words) { execution, _ in execution.computeState.message },
        ]
    }

    private var output: String {
        let blocks = executions.compactMap { execution -> String? in
            guard let run = execution.runOutput, !run.stdout.isEmpty || !run.stderr.isEmpty else { return nil }
            let title = executions.count > 1 ? "Execution \(ShortID.text(execution.id.rawValue)):\n" : ""
            return title + JobReport.text(of: run)
        }
        return blocks.isEmpty ? "" : heading("Standard Output") + blocks.joined(separator: "\n")
    }

    private static func text(of run: RunResult) -> String {
        var text = run.stdout
        func endLine() { if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" } }
        endLine()
        text += run.stderr
        endLine()
        return text + (run.stdoutTruncated || run.stderrTruncated ? "...\nOutput truncated\n" : "")
    }
}
