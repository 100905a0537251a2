internal import Synchronization

/// The messages between the loop's thread, which puts, and one reader, which takes.
final class MessageChannel: Sendable {
    /// With so many unread bytes the connection is not read any more, until half of them are taken.
    static let highWater = 1 << 20

    /// What the reader gets: a message, or `nil` at the end.
    typealias Item = Result<WebSocketMessage?, HTTPClientError>

    private struct State {
        var unread: [WebSocketMessage] = []
        /// How many of `unread` were taken.
        var taken = 0
        var unreadBytes = 0
        var isPaused = false
        var end: Result<Void, HTTPClientError>?
        var reader: CheckedContinuation<Item, Never>?
    }

    private let state = Mutex(State())

    /// Puts a message.
    func put(_ message: WebSocketMessage) {
        let reader = state.withLock { state -> CheckedContinuation<Item, Never>? in
            guard state.end == nil else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.unread.append(message)
            // Empty messages take memory too.
            state.unreadBytes += message.byteCount + 64
            return nil
        }
        reader?.resume(returning: .success(message))
    }

    /// Whether the connection has to wait for the reader, who will call `resume` then.
    func pauseIfFull() -> Bool {
        state.withLock { state in
            if state.unreadBytes >= Self.highWater { state.isPaused = true }
            return state.isPaused
        }
    }

    /// Ends the messages. The unread ones are still given out, except after a cancellation.
    func finish(_ error: HTTPClientError?) {
        let reader = state.withLock { state -> CheckedContinuation<Item, Never>? in
            guard state.end == nil else { return nil }
            state.end = error.map { .failure($0) } ?? .success(())
            if error == .cancelled { state.unread.removeSubrange(state.taken...) }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: error.map { .failure($0) } ?? .success(nil))
    }

    /// Whether ``finish(_:)`` was called.
    var hasEnded: Bool {
        state.withLock { $0.end != nil }
    }

    /// Takes a message, waiting for one.
    /// - Parameter resume: called if the connection was paused and has room again.
    func next(resume: () -> Void) async -> Item {
        if let item = take(orWait: nil, resume: resume) { return item }
        return await withCheckedContinuation { continuation in
            if let item = take(orWait: continuation, resume: resume) { continuation.resume(returning: item) }
        }
    }

    private func take(orWait reader: CheckedContinuation<Item, Never>?, resume: () -> Void) -> Item? {
        let (item, mayResume) = state.withLock { state -> (Item?, Bool) in
            if state.taken < state.unread.count { return Self.take(&state) }
            if let end = state.end { return (end.map { nil }, false) }
            guard state.reader == nil else {
                return (.failure(.invalidRequest("two tasks read the same messages")), false)
            }
            state.reader = reader
            return (nil, false)
        }
        if mayResume { resume() }
        return item
    }

    private static func take(_ state: inout State) -> (Item?, Bool) {
        let message = state.unread[state.taken]
        state.unread[state.taken] = .binary([])
        state.taken += 1
        state.unreadBytes -= message.byteCount + 64
        if state.taken == state.unread.count {
            state.unread.removeAll(keepingCapacity: true)
            state.taken = 0
        } else if state.taken >= 1024, state.taken * 2 >= state.unread.count {
            state.unread.removeFirst(state.taken)
            state.taken = 0
        }
        let mayResume = state.isPaused && state.unreadBytes < highWater / 2
        if mayResume { state.isPaused = false }
        return (.success(message), mayResume)
    }
}
