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

    /// - Parameter canResume: whether the query gives the same again, from its beginning, when it is asked again.
    init(connection: APIConnection, id: String, query: [(name: String, value: String)], canResume: Bool) {
        self.connection = connection
        self.id = id
        self.query = query
        self.canResume = canResume
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
                guard canResume, progress.withLock({ $0.hasBegun }) else { throw error }
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
        let socket = try await connection.socket(.get(path, query))
        state.withLock { $0 = .open(socket) }
        progress.withLock { $0.begin() }
        return socket
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
