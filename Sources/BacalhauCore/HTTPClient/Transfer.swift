internal import CCurl

/// One request on its way through the loop.
///
/// Sendable because the caller hands it over through the loop's inbox and reads only the constants afterwards; every
/// variable belongs to the loop's thread from then on.
final class Transfer: @unchecked Sendable {
    /// Where the body goes.
    enum Sink {
        case buffer(limit: Int)
        case stream(BodyChannel)
        /// No request by libcurl, only its connection.
        case connection(WebSocketConnection)
    }

    /// The answer as far as the loop knows it; the caller's task parses the headers.
    struct Answer: Sendable {
        var status: Int
        var headerBlock: [UInt8]
        var body: [UInt8]
        /// `nil` if no redirect was followed.
        var effectiveURL: String?
        var redirectCount: Int
    }

    typealias Outcome = Result<Answer, HTTPClientError>

    let request: HTTPClientRequest
    let limits: TransferLimits
    let sink: Sink
    let upload: UploadFile?

    var easy: EasyHandle?
    var headerList: UnsafeMutablePointer<curl_slist>?
    var head = ResponseHead()
    var body: [UInt8] = []
    /// Why a callback told libcurl to stop; more exact than libcurl's own code.
    var failure: HTTPClientError?
    var refusedAddress: String?
    var addressPolicy: (@Sendable (String, Int) -> Bool)?
    /// A cancellation can overtake the start.
    var isCancelled = false
    private var continuation: CheckedContinuation<Outcome, Never>?

    init(request: HTTPClientRequest, limits: TransferLimits, sink: Sink, upload: UploadFile?) {
        self.request = request
        self.limits = limits
        self.sink = sink
        self.upload = upload
    }

    /// Takes the caller's continuation: it gets the whole answer, or for a stream the head.
    func begin(_ continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation = continuation
    }

    /// The last header line arrived.
    func headEnded() {
        guard case .stream = sink, let easy else { return }
        resume(.success(answer(from: easy)))
    }

    /// A WebSocket's handshake succeeded.
    func opened(_ headerBlock: [UInt8]) {
        resume(.success(Answer(status: 101, headerBlock: headerBlock, body: [], redirectCount: 0)))
    }

    /// The transfer is over; called once.
    func finish(_ error: HTTPClientError?) {
        switch sink {
        case .buffer: break
        case .stream(let channel): channel.finish(error)
        case .connection(let connection): connection.finish(error)
        }
        if let error {
            resume(.failure(error))
        } else if let easy {
            resume(.success(answer(from: easy)))
        }
    }

    private func answer(from easy: EasyHandle) -> Answer {
        let redirectCount = limits.redirects > 0 ? easy.redirectCount : 0
        return Answer(
            status: head.status, headerBlock: head.block, body: body,
            effectiveURL: redirectCount > 0 ? easy.effectiveURL : nil, redirectCount: redirectCount)
    }

    private func resume(_ outcome: Outcome) {
        continuation?.resume(returning: outcome)
        continuation = nil
    }
}

/// The limits of one transfer, taken from the request or else from the client; zero is none.
struct TransferLimits: Sendable {
    var timeoutMilliseconds: Int
    var idleSeconds: Int
    var redirects: Int
}
