import Synchronization

/// Requests on their way from the io threads to ``HTTPServer/run(wantsBody:handler:)``. Bounded; has one reader.
final class RequestInbox: Sendable {
    private struct State {
        var waiting: [HTTPExchange] = []
        var reader: CheckedContinuation<[HTTPExchange]?, Never>?
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// False when the request cannot be taken: too many wait, or the server is stopping.
    func push(_ exchange: HTTPExchange) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<[HTTPExchange]?, Never>?) in
            guard !state.isClosed, state.waiting.count < limit else { return (false, nil) }
            guard let reader = state.reader else {
                state.waiting.append(exchange)
                return (true, nil)
            }
            state.reader = nil
            return (true, reader)
        }
        reader?.resume(returning: [exchange])
        return isTaken
    }

    /// Everything that waits, or the next request. `nil` after ``close()`` or in a cancelled task, once nothing waits.
    func next() async -> [HTTPExchange]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> [HTTPExchange]?? in
                    if !state.waiting.isEmpty {
                        defer { state.waiting = [] }
                        return .some(state.waiting)
                    }
                    if state.isClosed { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            close()
        }
    }

    /// Takes no more requests.
    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
