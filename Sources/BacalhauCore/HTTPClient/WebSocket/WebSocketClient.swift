internal import BacalhauCrypto
internal import Synchronization

/// The client's end of a WebSocket (RFC 6455), `ws` or `wss`.
///
/// Pings are answered by themselves. One task reads ``messages``, any number send. Unread messages of about 1 MiB make the
/// client stop reading until the reader comes. The connection lives as long as this value, its ``messages``, or until
/// ``close(code:reason:)``; dropping it, and cancelling the task that reads, cut it off without a closing handshake.
public final class WebSocketClient: Sendable {
    /// The header fields of the server's 101 answer.
    public let headers: HTTPHeaders
    private let transfer: Transfer
    private let connection: WebSocketConnection
    private let options: WebSocketOptions
    private let client: HTTPClient
    private let nextID = Atomic<UInt64>(0)

    private init(
        headers: HTTPHeaders, transfer: Transfer, connection: WebSocketConnection, options: WebSocketOptions,
        client: HTTPClient
    ) {
        self.headers = headers
        self.transfer = transfer
        self.connection = connection
        self.options = options
        self.client = client
    }

    deinit {
        _ = client.loop.post(.cancel(transfer))
    }

    /// Connects and does the handshake over a client, whose TLS set-up, address policy and Unix socket count.
    /// - Parameters:
    ///   - url: an absolute `ws` or `wss` URL (`http` and `https` mean the same), percent-encoded where needed.
    ///   - headers: further fields, such as `Authorization`; those of the handshake itself are refused.
    ///   - options: limits and pings.
    ///   - client: the connection's owner; closing it ends the socket.
    /// - Throws: ``HTTPClientError/unexpectedStatus(_:body:)`` if the server answers with anything but 101.
    public static func connect(
        to url: String, headers: HTTPHeaders = HTTPHeaders(), options: WebSocketOptions = WebSocketOptions(),
        using client: HTTPClient
    ) async throws(HTTPClientError) -> WebSocketClient {
        let webURL = try Self.webURL(url)
        try validateHandshakeHeaders(headers)
        let handshake = WebSocketHandshake(
            url: webURL, headers: headers, userAgent: client.configuration.userAgent, key: randomBytes(16))
        let connection = WebSocketConnection(handshake: handshake, options: options)
        let transfer = Transfer(
            request: HTTPClientRequest(url: webURL),
            limits: TransferLimits(timeoutMilliseconds: 0, idleSeconds: 0, redirects: 0),
            sink: .connection(connection), upload: nil)
        let answer = try await client.run(transfer)
        return WebSocketClient(
            headers: HTTPHeaders(parsing: answer.headerBlock), transfer: transfer, connection: connection,
            options: options, client: client)
    }

    /// The messages in order, for one reader. They end after a close frame with code 1000 or without one, and after
    /// ``close(code:reason:)``; any other end throws ``HTTPClientError`` after the messages that arrived before it.
    public var messages: AsyncThrowingStream<WebSocketMessage, any Error> {
        AsyncThrowingStream { try await self.next() }
    }

    /// The next message, or `nil` at the end; like ``messages``.
    public func next() async throws(HTTPClientError) -> WebSocketMessage? {
        let item = await withTaskCancellationHandler {
            await connection.channel.next { _ = client.loop.post(.webSocket(transfer, .resume)) }
        } onCancel: {
            connection.channel.finish(.cancelled)
            _ = client.loop.post(.cancel(transfer))
        }
        return try item.get()
    }

    /// Sends a text message and returns when the system has taken it.
    /// - Throws: ``HTTPClientError/closed`` after the end; ``HTTPClientError/cancelled`` if the task is cancelled, and
    ///   then the message may go out nevertheless.
    public func send(text: String) async throws(HTTPClientError) {
        try await send(.text, Array(text.utf8))
    }

    /// Sends a binary message; otherwise like ``send(text:)``.
    public func send(binary bytes: [UInt8]) async throws(HTTPClientError) {
        try await send(.binary, bytes)
    }

    /// Closes with the closing handshake and returns when the connection is over, after
    /// ``WebSocketOptions/closeTimeout`` at the latest. Unread messages stay readable. Cancelling the task cuts the
    /// connection off.
    public func close(code: Int = 1000, reason: String = "") async {
        let frame = WebSocketFrame.close(code: code, reason: reason)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if client.loop.post(.webSocket(transfer, .close(frame: frame, continuation))) != nil {
                    continuation.resume()
                }
            }
        } onCancel: {
            _ = client.loop.post(.cancel(transfer))
        }
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8]) async throws(HTTPClientError) {
        guard payload.count <= options.maximumMessageBytes else {
            throw .tooLarge(limit: options.maximumMessageBytes)
        }
        let frame = WebSocketFrame.encode(opcode, payload)
        let id = nextID.add(1, ordering: .relaxed).newValue
        let error = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let action = WebSocketConnection.Action.send(id: id, frame: frame, continuation)
                if let error = client.loop.post(.webSocket(transfer, action)) { continuation.resume(returning: error) }
                // A cancellation just before has found nothing to forget.
                if Task.isCancelled { _ = client.loop.post(.webSocket(transfer, .forget(id: id))) }
            }
        } onCancel: {
            _ = client.loop.post(.webSocket(transfer, .forget(id: id)))
        }
        if let error { throw error }
    }

    /// The address for libcurl, which does not know the WebSocket schemes.
    private static func webURL(_ url: String) throws(HTTPClientError) -> String {
        guard isWebURL(url, schemes: ["ws://", "wss://", "http://", "https://"]) else {
            throw .invalidRequest("\(url.debugDescription) is not an absolute ws or wss URL without blanks")
        }
        guard !authority(of: url).contains("@") else {
            throw .invalidRequest("a WebSocket URL holds no user name: use the Authorization header")
        }
        return url.utf8.first.map { $0 | 0x20 } == UInt8(ascii: "w") ? "http\(url.dropFirst(2))" : url
    }

    private static func validateHandshakeHeaders(_ headers: HTTPHeaders) throws(HTTPClientError) {
        try validateHeaders(headers)
        let own = ["upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"]
        for field in headers.fields where own.contains(field.name.lowercased()) {
            throw .invalidRequest("the header \(field.name) belongs to the WebSocket handshake")
        }
    }
}
