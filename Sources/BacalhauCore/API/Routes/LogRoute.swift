import BacalhauModel
import BacalhauSupport

/// Streams an execution's output over a WebSocket.
struct LogRoute: Sendable {
    let context: APIContext

    func respond(to request: APIRequest) throws(BacalhauError) -> APIResponse {
        guard request.http.isWebSocketHandshake else {
            throw BacalhauError(
                .badRequest, "logs are streamed over a WebSocket",
                hint: "Connect with a WebSocket client (ws:// or wss://).")
        }
        return .http(HTTPResponse(status: 101, body: .webSocket { socket in await serve(request, on: socket) }))
    }

    /// Problems after the upgrade are one error message; then, as always, close code 1000.
    private func serve(_ request: APIRequest, on socket: WebSocketConnection) async {
        do {
            let follow = try request.flag("follow")
            let job = try context.orchestrator.store.job(request.id, namespace: request.jobNamespace).id
            let execution = follow ? try await acceptedExecution(job, request) : try chooseExecution(job, request)
            let isLive = !execution.computeState.type.isTerminal
            guard let logs = context.logs else {
                throw BacalhauError(
                    .notImplemented, "the logs are on node \(execution.nodeID), which cannot be reached from here")
            }
            if !isLive { try checkKept(execution, in: logs) }
            let position = try LogRoute.position(request, isLive: isLive)
            let since = Timestamp(nanoseconds: try request.number("since", max: LogRoute.sinceMax) * 1_000_000_000)
            var pieces = LogPieces()
            for try await records in try logs.read(execution.id, from: position, follow: follow && isLive) {
                guard context.authorizer.stillAdmits(request) else {
                    throw BacalhauError(
                        .unauthorized, "the credential that this log was asked for with has ended",
                        hint: "Log in again, and follow the log anew.", component: "Authorizer")
                }
                let wanted = since == .zero ? records : records.filter { $0.time >= since }
                for message in pieces.messages(wanted) { try await send(message, on: socket) }
            }
            for message in pieces.rest() { try await send(message, on: socket) }
        } catch let error as BacalhauError {
            try? await send(LogMessage(type: 0, line: "", error: error.description), on: socket)
        } catch let error as LogError {
            try? await send(LogMessage(type: 0, line: "", error: error.description), on: socket)
        } catch {
            // The client is gone: nobody is left to be told.
        }
        socket.close()
    }

    /// Later times do not fit into nanoseconds.
    private static let sinceMax: Int64 = 9_000_000_000

    /// `tail` is a flag for v1.4.0's clients: nothing of what is there. Numbers that it refused count lines, which leaves
    /// `01` for a single one.
    private static func position(_ request: APIRequest, isLive: Bool) throws(BacalhauError) -> LogPosition {
        if let tail = request.query("tail"), tail != "1", let count = Int(tail), count > 0 { return .last(count) }
        return try request.flag("tail") && isLive ? .now : .start
    }

    /// - Throws: `.notFound` when the execution wrote something that the log no longer has.
    private func checkKept(_ execution: Execution, in logs: LogStore) throws {
        guard let output = execution.runOutput, !output.stdout.isEmpty || !output.stderr.isEmpty else { return }
        guard try logs.info(execution.id).lastSequence == 0 else { return }
        throw BacalhauError(
            .notFound, "log not found: that of execution \(execution.id) is no longer kept",
            hint: "Logs are deleted after a time: see --log-retention-age of the node. "
                + "The job's executions still show the beginning of the output.", component: "LogStore")
    }

    private func send(_ message: LogMessage, on socket: WebSocketConnection) async throws {
        try await socket.send(text: String(decoding: message.json + [0x0A], as: UTF8.self))
    }

    /// The execution to follow, once its node has taken it: before that there is no log to follow.
    private func acceptedExecution(_ job: JobID, _ request: APIRequest) async throws(BacalhauError) -> Execution {
        while true {
            let ticket = context.orchestrator.watch.ticket(for: job)
            defer { ticket.release() }
            let execution = try chooseExecution(job, request)
            guard execution.computeState.type == .new else { return execution }
            guard await ticket.signal.wait() != nil else {
                throw BacalhauError(.cancelled, "following the log of job \(job) was cancelled")
            }
        }
    }

    /// The one asked for, else the latest that was not discarded, else the latest: failed runs have output too.
    private func chooseExecution(_ job: JobID, _ request: APIRequest) throws(BacalhauError) -> Execution {
        var executions = try context.orchestrator.executions(of: job.rawValue)
        if let version = try request.jobVersion() { executions.removeAll { $0.jobVersion != version } }
        if let wanted = request.query("execution_id"), !wanted.isEmpty {
            guard let found = executions.first(where: { $0.id.rawValue == wanted }) else {
                throw BacalhauError(.notFound, "job \(job) has no execution \(wanted)")
            }
            return found
        }
        let latest = { (list: [Execution]) in list.max { ($0.modifyTime, $0.id) < ($1.modifyTime, $1.id) } }
        guard let found = latest(executions.filter { !$0.computeState.type.isDiscarded }) ?? latest(executions) else {
            throw BacalhauError(
                .notFound, "job \(job) has no executions yet, or none of that version",
                hint: "Repeat when the job is running.",
                isRetryable: true)
        }
        return found
    }
}
