import BacalhauClient
import BacalhauModel

/// Tells how a job ended and what can be done next.
struct JobOutcome {
    private static let lineWidth = 127

    let watch: JobWatch
    let job: Job

    private var context: CommandContext { watch.context }
    private var runtime: RuntimeFlags { watch.runtime }
    private var hasFailed: Bool { job.state.type == .failed || job.state.type == .stopped }
    /// With `--id-only` the standard output holds the identifier alone.
    private var output: any TextSink { runtime.printsOnlyID ? context.errors : context.output }

    func show() async throws -> ExitStatus {
        if hasFailed { try await showReasons() }
        if hasFailed || runtime.showsNodeDetails, !runtime.follows { try await showNodes() }
        if !runtime.follows, !runtime.printsOnlyID { try context.output.write(hints) }
        return hasFailed ? .failure : .success
    }

    /// Why the executions failed, each reason once; the job's own reason when they say nothing.
    private func showReasons() async throws {
        var history = try? await watch.client.jobs.history(watch.id, HistoryQuery(eventType: .execution)).items
        if watch.version > 0 {
            let shown = Set(await executions().map(\.id))
            history?.removeAll { !shown.contains($0.executionID) }
        }
        let events = JobOutcome.reasons(in: history ?? [])
        if events.isEmpty {
            let message = job.state.message
            try showError(message.isEmpty ? "the job is \(job.state.type.rawValue)" : message, hint: "")
        }
        for event in events { try showError(event.message, hint: event.details[Event.Detail.hint] ?? "") }
    }

    static func reasons(in history: [HistoryItem]) -> [Event] {
        var seen: Set<String> = []
        return history.filter { item in
            item.event.details[Event.Detail.failsExecution] == "true" || item.executionState?.new.isDiscarded == true
        }.map(\.event).filter { !$0.message.isEmpty && seen.insert($0.message).inserted }
    }

    private func showError(_ message: String, hint: String) throws(SinkClosed) {
        try context.errors.write("\n" + labelled("Error: ", colour: "31", message))
        if !hint.isEmpty { try context.errors.write(labelled("Hint: ", colour: "32", hint)) }
    }

    /// Later lines stand under the text.
    private func labelled(_ label: String, colour: String, _ text: String) -> String {
        let sink = context.errors
        let isColoured = sink.isTerminal && (context.environment["NO_COLOR"] ?? "").isEmpty
        let width = max(20, (sink.columns ?? JobOutcome.lineWidth) - label.count)
        let lines = sink.isTerminal ? TextWrap.words.lines(of: text, width: width) : text.splitLines()
        let indent = "\n" + String(repeating: " ", count: label.count)
        return (isColoured ? "\u{1B}[\(colour)m\(label)\u{1B}[0m" : label) + lines.joined(separator: indent) + "\n"
    }

    private func showNodes() async throws {
        let lines = JobOutcome.nodeLines(await executions())
        guard !lines.isEmpty else { return try output.line() }
        try output.write("\nJob Results By Node:\n")
        try context.errors.write(lines.joined())
    }

    /// Those of the run that was watched.
    private func executions() async -> [Execution] {
        let all = try? await watch.client.jobs.executions(watch.id).items
        return (all ?? []).filter { $0.jobVersion >= watch.version }
    }

    /// What the executions say, equal messages in one line.
    static func nodeLines(_ executions: [Execution]) -> [String] {
        var order: [String] = []
        var groups: [String: [NodeID]] = [:]
        for execution in executions {
            let message = message(of: execution)
            guard !message.isEmpty else { continue }
            if groups[message] == nil { order.append(message) }
            groups[message, default: []].append(execution.nodeID)
        }
        return order.map { message in
            let nodes = groups[message] ?? []
            guard nodes.count > 1 else { return "• Node \(nodes.map(ShortID.node).joined()): \(message)\n" }
            return
                "• \(nodes.count) runs on \(Set(nodes).count == 1 ? "1 node" : "\(Set(nodes).count) nodes"): \(message)\n"
        }
    }

    private static func message(of execution: Execution) -> String {
        guard let run = execution.runOutput else {
            return execution.computeState.type.isDiscarded ? execution.computeState.message : ""
        }
        if !run.errorMessage.isEmpty { return run.errorMessage }
        return (run.exitCode == 0 ? run.stdout : run.stderr).trimmingBlanks()
    }

    private var hints: String {
        let program = context.programName
        var hints = [
            ("To get more details about the run, execute:", "job describe"),
            ("To get more details about the run executions, execute:", "job executions"),
        ]
        if watch.hasPublisher { hints.append(("To download the results, execute:", "job get")) }
        return hints.map { "\n\($0.0)\n\t\(program) \($0.1) \(watch.id)\n" }.joined()
    }
}
