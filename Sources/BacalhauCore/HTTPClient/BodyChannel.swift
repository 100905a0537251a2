internal import Synchronization

/// The bytes between the loop's thread, which puts, and one reader, which takes.
final class BodyChannel: Sendable {
    /// With this many unread bytes the transfer pauses until the reader takes them.
    static let highWater = 256 << 10

    enum Offer {
        case accepted
        case full
    }

    /// What the reader gets: a piece, or `nil` at the end.
    typealias Piece = Result<[UInt8]?, HTTPClientError>

    private struct State {
        var unread: [UInt8] = []
        var isPaused = false
        var end: Result<Void, HTTPClientError>?
        var reader: CheckedContinuation<Piece, Never>?
    }

    private let state = Mutex(State())

    /// Puts bytes, or nothing at all if too many are unread.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Offer {
        let (offer, reader) = state.withLock { state -> (Offer, CheckedContinuation<Piece, Never>?) in
            if let reader = state.reader {
                state.reader = nil
                return (.accepted, reader)
            }
            if state.unread.count >= Self.highWater {
                state.isPaused = true
                return (.full, nil)
            }
            if state.end == nil { state.unread.append(contentsOf: bytes) }
            return (.accepted, nil)
        }
        reader?.resume(returning: .success(Array(bytes)))
        return offer
    }

    /// Ends the body. After an error the unread bytes are still given out first, after a cancellation not.
    func finish(_ error: HTTPClientError?) {
        let reader = state.withLock { state -> CheckedContinuation<Piece, Never>? in
            guard state.end == nil else { return nil }
            state.end = error.map { .failure($0) } ?? .success(())
            if error == .cancelled { state.unread = [] }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: error.map { .failure($0) } ?? .success(nil))
    }

    /// Whether ``finish(_:)`` was called.
    var hasEnded: Bool {
        state.withLock { $0.end != nil }
    }

    /// Takes all unread bytes, waiting for some.
    /// - Parameter resume: called if the transfer was paused and has room again.
    func next(resume: () -> Void) async -> Piece {
        if let piece = take(orWait: nil, resume: resume) { return piece }
        return await withCheckedContinuation { continuation in
            if let piece = take(orWait: continuation, resume: resume) { continuation.resume(returning: piece) }
        }
    }

    private func take(orWait reader: CheckedContinuation<Piece, Never>?, resume: () -> Void) -> Piece? {
        let (piece, wasPaused) = state.withLock { state -> (Piece?, Bool) in
            if !state.unread.isEmpty {
                defer {
                    state.unread = []
                    state.isPaused = false
                }
                return (.success(state.unread), state.isPaused)
            }
            if let end = state.end { return (end.map { nil }, false) }
            guard state.reader == nil else { return (.failure(.invalidRequest("two tasks read the same body")), false) }
            state.reader = reader
            return (nil, false)
        }
        if wasPaused { resume() }
        return piece
    }
}
