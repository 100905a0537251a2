import CHTTPServer

/// The server's end of a WebSocket. Pings are answered and sent by the server.
public struct WebSocketConnection: Sendable {
    let server: ServerHandle
    let id: chs_id
    let exchange: Exchange

    /// Sends a text message. Waits while too much is unsent; throws when the peer went away or the task is cancelled.
    public func send(text: String) async throws {
        let bytes = Array(text.utf8)
        try await exchange.reserve(bytes.count)
        server.send(id, isText: true, bytes)
    }

    /// The next message; `nil` when the peer has closed or gone.
    public func receive() async throws -> WebSocketMessage? {
        let message = try await exchange.nextMessage()
        if let message { server.credit(id, message.byteCount) }
        return message
    }

    /// Closes after everything sent before. Further calls have no effect.
    public func close(code: UInt16, reason: String) async { server.close(id, code: code, reason: reason) }
}

/// A message of a WebSocket.
public enum WebSocketMessage: Hashable, Sendable {
    case text(String)
    case binary([UInt8])

    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}
