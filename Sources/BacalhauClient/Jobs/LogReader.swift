import BacalhauModel
import BacalhauSupport
import Synchronization

/// Owns the connection of one log stream, and takes it up again when it breaks.
final class LogReader: Sendable {
    private enum State {
        case idle
        case open(any APISocket)
        case ended
    }

    private let connection: APIConnection
    private let id: String
    private let query: [(name: String, value: String)]
    private let canResume: Bool
    private let state = Mutex(State.idle)
    private let progress = Mutex(LogProgress())
    /// Whose log it is, where that is known.
    private let execution: Mutex<ExecutionID?>

    /// - Parameters:
    ///   - execution: whose log; `nil` is the one that changed last, which may be another one later.
    ///   - canResume: whether the query begins at a place that stays, the beginning or a time, and goes on until the execution ends.
    init(
        connection: APIConnection, id: String, execution: ExecutionID?, query: [(name: String, value: String)],
        canResume: Bool
    ) {
        self.connection = connection
        self.id = id
        self.query = query
        self.canResume = canResume
        self.execution = Mutex(execution)
    }

    func next() async throws(BacalhauError) -> LogMessage? {
        var outage = Outage()
        while true {
            do throws(BacalhauError) {
                guard let socket = try await openSocket() else { return nil }
                guard let message = try await receive(from: socket) else {
                    end()
                    return nil
                }
                guard message.error.isEmpty else { throw LogReader.failure(message.error) }
                outage.end()
                if let new = progress.withLock({ $0.new(of: message) }) { return new }
            } catch {
                end()
                guard canResume, isKnownHowToGoOn else { throw error }
                try await outage.goOn(after: error, on: connection)
                state.withLock { $0 = .idle }
            }
        }
    }

    private func openSocket() async throws(BacalhauError) -> (any APISocket)? {
        switch state.withLock({ $0 }) {
        case .open(let socket): return socket
        case .ended: return nil
        case .idle: break
        }
        let path = try JobsAPI.path(of: id) + "/logs"
        let execution = await executionToFollow()
        let socket = try await connection.socket(
            .get(path, (execution.map { [("execution_id", $0.rawValue)] } ?? []) + query))
        state.withLock { $0 = .open(socket) }
        progress.withLock { $0.begin() }
        return socket
    }

    /// Whether a new connection would give the log that has begun.
    private var isKnownHowToGoOn: Bool {
        let isNamed = execution.withLock { $0 != nil }
        return progress.withLock { $0.hasBegun && (isNamed || $0.isEmpty) }
    }

    /// Names the execution that runs, so that its log can be taken up again. While none runs the server waits for one.
    private func executionToFollow() async -> ExecutionID? {
        if let known = execution.withLock({ $0 }) { return known }
        guard canResume, let all = try? await JobsAPI(connection: connection).executions(id).items else { return nil }
        let running = all.filter { $0.computeState.type == .bidAccepted }
        let latest = running.max { ($0.modifyTime, $0.id) < ($1.modifyTime, $1.id) }?.id
        execution.withLock { $0 = latest }
        return latest
    }

    private func receive(from socket: any APISocket) async throws(BacalhauError) -> LogMessage? {
        let bytes: [UInt8]?
        do {
            bytes = try await socket.receive()
        } catch {
            throw BacalhauError(error, endpoint: connection.endpoint)
        }
        guard let bytes else { return nil }
        do {
            return try LogMessage(json: bytes)
        } catch {
            throw BacalhauError(
                .internal, "a message of the log stream cannot be understood: \(error)", component: "Client")
        }
    }

    /// Drops the connection, which closes it.
    private func end() { state.withLock { $0 = .ended } }

    /// The stream carries only a text; what went wrong is told by it.
    private static func failure(_ text: String) -> BacalhauError {
        let lowered = text.lowercased()
        let code: BacalhauError.Code =
            if lowered.contains("not found") || lowered.contains("no executions") {
                .notFound
            } else if lowered.hasPrefix("the credential") {
                .unauthorized
            } else {
                .internal
            }
        return BacalhauError(code, text, component: "LogStream")
    }
}
