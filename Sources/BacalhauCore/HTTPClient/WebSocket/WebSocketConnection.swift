/// One WebSocket between its handshake and its end, driven by the loop's thread.
///
/// Sendable because every variable belongs to the loop's thread; others use ``channel`` and the constants.
final class WebSocketConnection: @unchecked Sendable {
    /// What the owner asks for.
    enum Action: Sendable {
        /// Sends a frame; the continuation gets an error or, when the system took the last byte, `nil`.
        case send(id: UInt64, frame: [UInt8], CheckedContinuation<HTTPClientError?, Never>)
        /// Stops waiting for a frame.
        case forget(id: UInt64)
        /// Sends a close frame; the continuation comes back when the connection is over.
        case close(frame: [UInt8], CheckedContinuation<Void, Never>)
        /// The reader took messages.
        case resume
    }

    /// What the loop does with the connection.
    enum Verdict {
        case wait(readable: Bool, writable: Bool)
        /// Another turn at once: there may be bytes that no poll reports.
        case again
        case end(HTTPClientError?)
    }

    private enum Phase {
        case handshake
        case open
        /// Our close frame is on its way or sent; theirs is awaited.
        case closing
        /// Their close frame came: only our answer is left to be written.
        case closed(HTTPClientError?)
    }

    private struct PendingSend {
        var id: UInt64
        /// The count of all bytes sent when the frame is.
        var end: Int
        var continuation: CheckedContinuation<HTTPClientError?, Never>
    }

    /// More unsent bytes than this stop the reading, so that a flood of pings cannot pile up answers.
    private static let maximumUnsentBytes = 1 << 20
    /// How many reads one turn makes before other transfers have theirs.
    private static let readsPerTurn = 16

    let channel = MessageChannel()
    let host: String
    private let options: WebSocketOptions
    private var handshake: WebSocketHandshake
    private var decoder: WebSocketDecoder
    private var phase = Phase.handshake
    private var outgoing = OutgoingBytes()
    private var pendingSends: [PendingSend] = []
    private var isFinished = false
    private var closers: [CheckedContinuation<Void, Never>] = []
    /// When the current phase is over at the latest.
    private(set) var deadline: ContinuousClock.Instant?
    /// The head of the answer, once, when the handshake succeeded.
    private var openedHead: [UInt8]?

    init(handshake: WebSocketHandshake, options: WebSocketOptions) {
        self.handshake = handshake
        self.options = options
        host = handshake.host
        decoder = WebSocketDecoder(limit: options.maximumMessageBytes)
    }

    /// The transport is there: the handshake begins.
    func connected() {
        outgoing.append(handshake.request)
        deadline = .now + options.handshakeTimeout
    }

    /// Gives the head of the answer once after the handshake.
    func takeOpenedHead() -> [UInt8]? {
        defer { openedHead = nil }
        return openedHead
    }

    func handle(_ action: Action) {
        switch action {
        case .send(let id, let frame, let continuation):
            guard case .open = phase else { return continuation.resume(returning: .closed) }
            outgoing.append(frame)
            pendingSends.append(PendingSend(id: id, end: outgoing.total, continuation: continuation))
        case .forget(let id):
            guard let index = pendingSends.firstIndex(where: { $0.id == id }) else { return }
            pendingSends.remove(at: index).continuation.resume(returning: .cancelled)
        case .close(let frame, let continuation):
            if isFinished { return continuation.resume() }
            closers.append(continuation)
            if case .open = phase { beginClosing(frame) }
        case .resume: break
        }
    }

    /// Moves bytes in both directions as far as they go.
    func advance(_ transport: some WebSocketTransport) -> Verdict {
        if let deadline, deadline <= .now { return expire() }
        if let error = flush(transport) { return .end(ending(error)) }
        var reads = 0
        while mayRead {
            guard reads < Self.readsPerTurn else { return .again }
            reads += 1
            switch transport.receive({ take($0, isEnd: false) }) {
            case .moved: break
            case .wouldBlock: return waiting(transport)
            case .ended:
                take(UnsafeRawBufferPointer(start: nil, count: 0), isEnd: true)
                return .end(endOfStream())
            case .failed(let detail): return .end(ending(.interrupted(host: host, detail: detail)))
            }
        }
        return waiting(transport)
    }

    /// The connection is over; called once.
    func finish(_ error: HTTPClientError?) {
        for send in pendingSends { send.continuation.resume(returning: error ?? .closed) }
        pendingSends = []
        channel.finish(error)
        for closer in closers { closer.resume() }
        closers = []
        phase = .closed(error)
        isFinished = true
    }

    // MARK: Reading

    private var mayRead: Bool {
        if case .closed = phase { return false }
        return outgoing.unsent < Self.maximumUnsentBytes && !isPaused
    }

    /// After our close frame the rest is read even if nobody takes the messages, or theirs would never come.
    private var isPaused: Bool {
        if case .closing = phase { return false }
        return channel.pauseIfFull()
    }

    private func take(_ bytes: UnsafeRawBufferPointer, isEnd: Bool) {
        guard case .handshake = phase else {
            decoder.append(bytes)
            return decode()
        }
        switch handshake.receive(bytes, isEnd: isEnd) {
        case .more: break
        case .failed(let error):
            phase = .closed(error)
            outgoing = OutgoingBytes()
        case .opened(let block, let rest):
            phase = .open
            deadline = nil
            openedHead = block
            rest.withUnsafeBytes { decoder.append($0) }
            decode()
        }
    }

    private func decode() {
        do throws(WebSocketViolation) {
            while !isOver, let event = try decoder.next() { receive(event) }
        } catch {
            let code = error.code == WebSocketViolation.tooLarge.code
            let failure: HTTPClientError =
                code
                ? .tooLarge(limit: options.maximumMessageBytes) : .protocolViolation(host: host, detail: error.detail)
            end(with: failure, answer: WebSocketFrame.close(code: error.code, reason: error.detail))
        }
    }

    private var isOver: Bool {
        if case .closed = phase { true } else { false }
    }

    private func receive(_ event: WebSocketEvent) {
        switch event {
        case .message(let message):
            if case .open = phase { channel.put(message) }
        case .ping(let payload):
            if case .open = phase { outgoing.append(WebSocketFrame.encode(.pong, payload)) }
        case .pong: break
        case .close(let code, let reason):
            if case .closing = phase { return end(with: nil, answer: nil) }
            let isNormal = code == nil || code == 1000
            end(
                with: isNormal ? nil : .webSocketClosed(code: code ?? 1005, reason: reason),
                answer: WebSocketFrame.close(code: code ?? 1000, reason: ""))
        }
    }

    // MARK: Ending

    private func beginClosing(_ frame: [UInt8]) {
        outgoing.append(frame)
        phase = .closing
        deadline = .now + options.closeTimeout
        channel.finish(nil)
    }

    private func end(with error: HTTPClientError?, answer: [UInt8]?) {
        if let answer, !isClosing { outgoing.append(answer) }
        phase = .closed(error)
        deadline = .now + options.closeTimeout
    }

    private var isClosing: Bool {
        if case .closing = phase { true } else { false }
    }

    /// An end that we asked for is a normal one, however it comes about.
    private func ending(_ error: HTTPClientError) -> HTTPClientError? {
        switch phase {
        case .handshake, .open: error
        case .closing: nil
        case .closed(let reason): reason
        }
    }

    private func endOfStream() -> HTTPClientError? {
        ending(.interrupted(host: host, detail: "closed without a close frame"))
    }

    private func expire() -> Verdict {
        .end(ending(.timedOut(host: host, detail: "no answer to the WebSocket handshake")))
    }

    // MARK: Writing

    private func flush(_ transport: some WebSocketTransport) -> HTTPClientError? {
        while outgoing.unsent > 0 {
            switch outgoing.withUnsent({ transport.send($0) }) {
            case .moved(let count): outgoing.sent(count)
            case .wouldBlock, .ended: return nil
            case .failed(let detail): return .interrupted(host: host, detail: detail)
            }
            completeSends()
        }
        return nil
    }

    private func completeSends() {
        let sent = outgoing.total - outgoing.unsent
        let done = pendingSends.prefix { $0.end <= sent }
        for send in done { send.continuation.resume(returning: nil) }
        pendingSends.removeFirst(done.count)
    }

    /// What reading left behind (answers to pings, a close frame) is written at once.
    private func waiting(_ transport: some WebSocketTransport) -> Verdict {
        if let error = flush(transport) { return .end(ending(error)) }
        if case .closed(let error) = phase, outgoing.unsent == 0 { return .end(error) }
        return .wait(readable: mayRead, writable: outgoing.unsent > 0)
    }
}
