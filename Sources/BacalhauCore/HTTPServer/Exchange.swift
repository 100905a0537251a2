import BacalhauSupport
import Synchronization

/// What is known of one request while it is answered: credit, incoming messages, and whether the client is still there.
final class Exchange: Sendable {
    private struct State {
        var outstanding = 0
        var isOver = false
        var closeCode: UInt16?
        var messages: [WebSocketMessage] = []
        var wake: CheckedContinuation<Void, Never>?
    }

    /// Raised when the client went away.
    let gone = AsyncSignal<Void>()
    private let state = Mutex(State())

    /// More unsent bytes than this make writers wait.
    static let outstandingBytesMax = 256 << 10

    func sent(_ count: Int) { change { $0.outstanding -= count } }

    func received(_ message: WebSocketMessage) { change { $0.messages.append(message) } }

    func end(code: UInt16?) {
        change {
            $0.isOver = true
            $0.closeCode = code
        }
        gone.raise(())
    }

    private func change(_ body: (inout State) -> Void) {
        let wake = state.withLock { state in
            body(&state)
            defer { state.wake = nil }
            return state.wake
        }
        wake?.resume()
    }

    /// Takes note of bytes to be sent, after waiting until there is room.
    func reserve(_ count: Int) async throws {
        while true {
            enum Next { case go, gone, wait }
            let next: Next = state.withLock { state in
                if state.isOver { return .gone }
                guard state.outstanding < Exchange.outstandingBytesMax else { return .wait }
                state.outstanding += count
                return .go
            }
            switch next {
            case .go: return
            case .gone: throw HTTPServerError.peerGone
            case .wait: try await waitForChange { $0.isOver || $0.outstanding < Exchange.outstandingBytesMax }
            }
        }
    }

    /// The next message; `nil` when the peer has closed.
    func nextMessage() async throws -> WebSocketMessage? {
        while true {
            let next = state.withLock { state -> WebSocketMessage?? in
                if !state.messages.isEmpty { return .some(state.messages.removeFirst()) }
                return state.isOver ? .some(nil) : nil
            }
            if let next { return next }
            try await waitForChange { $0.isOver || !$0.messages.isEmpty }
        }
    }

    /// One task at a time waits on an exchange: its handler.
    private func waitForChange(_ isReady: @escaping @Sendable (borrowing State) -> Bool) async throws {
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            await withCheckedContinuation { continuation in
                let former: CheckedContinuation<Void, Never>? = state.withLock { state in
                    if isReady(state) || Task.isCancelled { return continuation }
                    defer { state.wake = continuation }
                    return state.wake
                }
                former?.resume()
            }
            try Task.checkCancellation()
        } onCancel: {
            change { _ in }
        }
    }
}
