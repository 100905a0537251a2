/// Sends HTTP/1.1 requests over kept-alive connections, all on one thread that sleeps while nothing happens.
///
/// The thread starts with the first request and ends with the client. One client has one set of connections, one TLS
/// set-up and one address policy; make another client where those differ. Cancelling a task that waits ends its
/// request at once. Nothing is repeated, except a request on a kept connection that the server closed before reading it.
public final class HTTPClient: Sendable {
    /// How this client connects.
    public let configuration: HTTPClientConfiguration
    let loop: EventLoop

    /// Makes a client; nothing happens before the first request.
    public init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.configuration = configuration
        loop = EventLoop(configuration: configuration)
    }

    deinit {
        loop.close()
    }

    /// Ends all requests and streams with ``HTTPClientError/closed``; later ones are refused with the same.
    public func close() {
        loop.close()
    }

    /// Sends a request and collects the answer. Any status is an answer, not an error.
    /// - Throws: ``HTTPClientError/tooLarge(limit:)`` if the body is larger than the request or the client allows,
    ///   ``HTTPClientError/cancelled`` if the task is cancelled, and whatever kept the answer from arriving in full.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let limit = request.maximumResponseBytes ?? configuration.maximumResponseBytes
        let transfer = try prepare(request, .buffer(limit: limit), timeout: request.timeout ?? configuration.timeout)
        let answer = try await run(transfer)
        return HTTPClientResponse(
            status: answer.status, headers: HTTPHeaders(parsing: answer.headerBlock), body: answer.body,
            effectiveURL: answer.effectiveURL ?? request.url, redirectCount: answer.redirectCount)
    }

    /// Sends a request and returns as soon as the head of the answer is there; the body follows piece by piece.
    ///
    /// The client's default time limit does not count here; the request's own covers head and body together.
    public func stream(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPStreamingResponse {
        let channel = BodyChannel()
        let transfer = try prepare(request, .stream(channel), timeout: request.timeout ?? .zero)
        let answer = try await run(transfer)
        return HTTPStreamingResponse(
            status: answer.status, headers: HTTPHeaders(parsing: answer.headerBlock),
            effectiveURL: answer.effectiveURL ?? request.url, redirectCount: answer.redirectCount,
            body: HTTPResponseBody(channel: channel, transfer: transfer, client: self))
    }

    private func prepare(
        _ request: HTTPClientRequest, _ sink: Transfer.Sink, timeout: Duration
    ) throws(HTTPClientError) -> Transfer {
        try request.validate()
        var upload: UploadFile?
        if case .file(let path) = request.body { upload = try UploadFile(path: path) }
        let limits = TransferLimits(
            timeoutMilliseconds: timeout.wholeMilliseconds,
            idleSeconds: ((request.idleTimeout ?? .zero).wholeMilliseconds + 999) / 1000,
            redirects: max(0, request.maximumRedirects ?? configuration.maximumRedirects))
        return Transfer(request: request, limits: limits, sink: sink, upload: upload)
    }

    /// Hands a transfer to the loop and waits for its answer, or for a stream its head.
    func run(_ transfer: Transfer) async throws(HTTPClientError) -> Transfer.Answer {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let error = loop.post(.start(transfer, continuation)) {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            _ = loop.post(.cancel(transfer))
        }
        return try outcome.get()
    }
}
