import BacalhauHTTPClient
import Synchronization

/// One request and its reply: what the io thread and the handler's task share.
final class HTTPExchange: Sendable {
    /// Bytes on their way to the client from which on a writer has to wait, and down to which it waits.
    static let highWater = 256 * 1024
    static let lowWater = 128 * 1024

    /// The handler's task while it runs.
    ///
    /// `@unchecked Sendable`: of the task only `cancel()` is called from other threads, which `UnsafeCurrentTask`
    /// allows. That happens under the lock of `handler`, and the reference is taken away, under the same lock, before
    /// the task leaves `withUnsafeCurrentTask`.
    private struct Handler: @unchecked Sendable {
        var task: UnsafeCurrentTask?
        var isCancelled = false
    }

    private struct State {
        var isClosed = false
        var closeCode: UInt16?
        var outstanding = 0
        var writers: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var messages: [WebSocketMessage] = []
        var readers: [(token: UInt64, continuation: CheckedContinuation<WebSocketMessage?, any Error>)] = []
        var nextToken: UInt64 = 0
    }

    let id: UInt64
    let request: HTTPRequest
    /// Has a lock of its own because cancelling runs cancellation handlers, and ours need the lock of `state`.
    private let handler = Mutex(Handler())
    private let state = Mutex(State())

    init(id: UInt64, request: HTTPRequest) {
        self.id = id
        self.request = request
    }

    /// Bytes handed over that have not left yet.
    var outstanding: Int { state.withLock { $0.outstanding } }
    /// How the WebSocket ended.
    var closeCode: UInt16? { state.withLock { $0.closeCode } }

    // MARK: The handler's task

    /// False when the client is already gone.
    func begin(_ task: UnsafeCurrentTask) -> Bool {
        let current = Handler(task: task)
        handler.withLock { handler in
            handler.task = current.task
            if handler.isCancelled { task.cancel() }
        }
        return state.withLock { !$0.isClosed }
    }

    /// The handler is done: nothing may be written any more.
    func end() {
        handler.withLock { $0.task = nil }
        state.withLock { $0.isClosed = true }
    }

    // MARK: The io thread

    /// The client will send nothing more and has probably gone; a reply can still be tried.
    func cancel() {
        handler.withLock { handler in
            handler.isCancelled = true
            handler.task?.cancel()
        }
    }

    /// The connection is gone, or its other side has closed it.
    func disconnect(closeCode: UInt16?) {
        let (writers, readers) = state.withLock { state in
            state.isClosed = true
            state.closeCode = state.closeCode ?? closeCode
            defer {
                state.writers = [:]
                state.readers = []
            }
            return (state.writers, state.readers)
        }
        for (_, writer) in writers { writer.resume(throwing: HTTPServerError.connectionClosed) }
        for reader in readers { reader.continuation.resume(returning: nil) }
        cancel()
    }

    func credit(_ count: Int) {
        let writers = state.withLock { state -> [UInt64: CheckedContinuation<Void, any Error>] in
            state.outstanding -= count
            guard state.outstanding <= Self.lowWater else { return [:] }
            defer { state.writers = [:] }
            return state.writers
        }
        for (_, writer) in writers { writer.resume() }
    }

    func receive(_ message: WebSocketMessage) {
        let reader = state.withLock { state -> CheckedContinuation<WebSocketMessage?, any Error>? in
            if state.readers.isEmpty {
                state.messages.append(message)
                return nil
            }
            return state.readers.removeFirst().continuation
        }
        reader?.resume(returning: message)
    }

    // MARK: Writers and readers

    /// Counts bytes that are about to be handed over.
    ///
    /// - Throws: ``HTTPServerError/connectionClosed``.
    func reserve(_ count: Int) throws {
        try state.withLock { state in
            guard !state.isClosed else { throw HTTPServerError.connectionClosed }
            state.outstanding += count
        }
    }

    /// Returns at once below the high-water mark, else when the client has taken enough.
    ///
    /// - Throws: ``HTTPServerError/connectionClosed``, or `CancellationError`.
    func waitForCredit() async throws {
        let token = state.withLock { state -> UInt64? in
            guard state.outstanding > Self.highWater, !state.isClosed else { return nil }
            state.nextToken += 1
            return state.nextToken
        }
        guard let token else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.isClosed { return .failure(HTTPServerError.connectionClosed) }
                    if state.outstanding <= Self.highWater { return .success(()) }
                    // A cancellation that `onCancel` found nothing to do for is seen here: its flag is set first.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.writers[token] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let writer = state.withLock { $0.writers.removeValue(forKey: token) }
            writer?.resume(throwing: CancellationError())
        }
    }

    /// The next message; `nil` at the end of the connection.
    ///
    /// - Throws: `CancellationError`.
    func nextMessage() async throws -> WebSocketMessage? {
        let token = state.withLock { state in
            state.nextToken += 1
            return state.nextToken
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<WebSocketMessage?, any Error>? in
                    if !state.messages.isEmpty { return .success(state.messages.removeFirst()) }
                    if state.isClosed { return .success(nil) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.readers.append((token, continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let reader = state.withLock { state -> CheckedContinuation<WebSocketMessage?, any Error>? in
                guard let index = state.readers.firstIndex(where: { $0.token == token }) else { return nil }
                return state.readers.remove(at: index).continuation
            }
            reader?.resume(throwing: CancellationError())
        }
    }
}
