/// Limits of a WebSocket.
public struct WebSocketOptions: Sendable, Equatable {
    /// The largest message in bytes, in either direction.
    public var maximumMessageBytes = 16 << 20
    /// The longest time from the connection to the answer of the handshake.
    public var handshakeTimeout: Duration = .seconds(30)
    /// How long ``WebSocketClient/close(code:reason:)`` waits for the other side.
    public var closeTimeout: Duration = .seconds(5)

    /// The defaults.
    public init() {}
}
