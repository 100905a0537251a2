/// The body of a streamed answer: pieces of bytes in the order and about the size in which they arrived.
///
/// One task reads it. At most about 256 KiB wait unread; then the transfer pauses until the reader comes. A broken
/// transfer throws after the bytes that arrived before. Cancelling the reading task, ``cancel()`` and dropping the last
/// reference all end the transfer and close its connection.
public final class HTTPResponseBody: AsyncSequence, Sendable {
    /// A piece of the body. Where one ends says nothing about the content.
    public typealias Element = [UInt8]
    /// Why the transfer ended early.
    public typealias Failure = HTTPClientError

    private let channel: BodyChannel
    private let transfer: Transfer
    /// Keeps the client, and with it the loop's thread, alive while the body is in use.
    private let client: HTTPClient

    init(channel: BodyChannel, transfer: Transfer, client: HTTPClient) {
        self.channel = channel
        self.transfer = transfer
        self.client = client
    }

    deinit {
        if !channel.hasEnded { _ = client.loop.post(.cancel(transfer)) }
    }

    /// The next piece, or `nil` at the end. Throws ``HTTPClientError/cancelled`` when the task is cancelled.
    public func next() async throws(HTTPClientError) -> [UInt8]? {
        let piece = await withTaskCancellationHandler {
            await channel.next { _ = client.loop.post(.resume(transfer)) }
        } onCancel: {
            cancel()
        }
        return try piece.get()
    }

    /// Ends the transfer; a waiting reader gets ``HTTPClientError/cancelled``.
    public func cancel() {
        guard !channel.hasEnded else { return }
        channel.finish(.cancelled)
        _ = client.loop.post(.cancel(transfer))
    }

    /// Reads the rest, for small bodies.
    /// - Throws: ``HTTPClientError/tooLarge(limit:)`` as soon as there are more than `limit` bytes.
    public func collect(limit: Int) async throws(HTTPClientError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard bytes.count + piece.count <= limit else {
                cancel()
                throw .tooLarge(limit: limit)
            }
            bytes.append(contentsOf: piece)
        }
        return bytes
    }

    /// Reads piece after piece; all iterators of a body share its position.
    public func makeAsyncIterator() -> Iterator {
        Iterator(body: self)
    }

    /// The reading position of a body.
    public struct Iterator: AsyncIteratorProtocol {
        let body: HTTPResponseBody

        /// The next piece, or `nil` at the end.
        public mutating func next() async throws(HTTPClientError) -> [UInt8]? {
            try await body.next()
        }

        /// The next piece, or `nil` at the end.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> [UInt8]? {
            try await body.next()
        }
    }
}
