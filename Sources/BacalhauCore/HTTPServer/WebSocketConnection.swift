public import BacalhauHTTPClient
import CHTTPServer

/// An accepted WebSocket. Pings, pongs, fragments and the closing handshake are handled by the server.
public struct WebSocketConnection: Sendable {
    private let core: HTTPServerCore
    private let exchange: HTTPExchange

    init(core: HTTPServerCore, exchange: HTTPExchange) {
        self.core = core
        self.exchange = exchange
    }

    /// Sends a text message. Suspends while more than 256 KiB wait for the peer.
    ///
    /// - Throws: ``HTTPServerError/connectionClosed``, or `CancellationError`; a cancelled call may have sent its
    ///   message.
    public func send(text: String) async throws {
        var text = text
        try exchange.reserve(text.utf8.count)
        text.withUTF8 { chs_websocket_send(core.server, exchange.id, 1, $0.baseAddress, $0.count) }
        try await exchange.waitForCredit()
    }

    /// Sends a binary message. Suspends while more than 256 KiB wait for the peer.
    ///
    /// - Throws: ``HTTPServerError/connectionClosed``, or `CancellationError`; a cancelled call may have sent its
    ///   message.
    public func send(binary bytes: [UInt8]) async throws {
        try exchange.reserve(bytes.count)
        bytes.withUnsafeBufferPointer {
            chs_websocket_send(core.server, exchange.id, 0, $0.baseAddress, $0.count)
        }
        try await exchange.waitForCredit()
    }

    /// The next message; `nil` once the connection is closed and everything received before was returned. A peer whose
    /// messages are not fetched has to wait after 256 KiB.
    ///
    /// - Throws: `CancellationError` when there is nothing to return.
    public func receive() async throws -> WebSocketMessage? {
        guard let message = try await exchange.nextMessage() else { return nil }
        let count =
            switch message {
            case .text(let text): text.utf8.count
            case .binary(let bytes): bytes.count
            }
        chs_websocket_received(core.server, exchange.id, count + chs_websocket_message_cost)
        return message
    }

    /// Closes once everything sent before has left. ``receive()`` then waits for the peer's answer and returns `nil`.
    ///
    /// - Parameters:
    ///   - code: 1000 to 1003, 1007 to 1011 or 3000 to 4999 (RFC 6455, 7.4); others are sent as 1011.
    ///   - reason: a text for people; cut to 123 bytes.
    public func close(code: UInt16 = 1000, reason: String = "") {
        var reason = reason
        let isAllowed = [1000...1003, 1007...1011, 3000...4999].contains { $0.contains(Int(code)) }
        reason.withUTF8 {
            chs_websocket_close(core.server, exchange.id, isAllowed ? code : 1011, $0.baseAddress, $0.count)
        }
    }

    /// How the connection ended: the code of the close frame, 1005 for one without a code, 1006 when the connection
    /// dropped. `nil` while it is open.
    public var closeCode: UInt16? { exchange.closeCode }

    /// Bytes sent that have not left for the network yet.
    var outstandingBytes: Int { exchange.outstanding }
}
