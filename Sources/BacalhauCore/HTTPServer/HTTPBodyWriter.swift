import CHTTPServer

/// Writes a streamed body.
public struct HTTPBodyWriter: Sendable {
    let server: ServerHandle
    let id: chs_id
    let exchange: Exchange

    /// Appends to the body. Waits while too much is unsent; throws when the client went away or the task is cancelled.
    public func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await exchange.reserve(bytes.count)
        server.write(id, bytes)
    }
}
