import CHTTPServer

/// Writes the body of a streamed response.
public struct HTTPBodyWriter: Sendable {
    /// Larger pieces are handed over in parts, so that memory stays bounded whatever the caller writes.
    private static let maximumPart = 256 * 1024

    private let core: HTTPServerCore
    private let exchange: HTTPExchange

    init(core: HTTPServerCore, exchange: HTTPExchange) {
        self.core = core
        self.exchange = exchange
    }

    /// Appends to the body. Suspends while more than 256 KiB wait for the client.
    ///
    /// - Throws: ``HTTPServerError/connectionClosed`` when the client went away or the response is over, or
    ///   `CancellationError`; a part of the bytes may have been sent then.
    public func write(_ bytes: [UInt8]) async throws {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Self.maximumPart)
            try exchange.reserve(end - start)
            bytes.withUnsafeBufferPointer {
                let part = UnsafeBufferPointer(rebasing: $0[start..<end])
                chs_stream_write(core.server, exchange.id, part.baseAddress, part.count)
            }
            try await exchange.waitForCredit()
            start = end
        }
    }

    /// Bytes written that have not left for the network yet.
    var outstandingBytes: Int { exchange.outstanding }
}
