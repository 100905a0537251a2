/// A whole WebSocket message.
public enum WebSocketMessage: Sendable, Equatable {
    /// UTF-8 text.
    case text(String)
    /// Any bytes.
    case binary([UInt8])
}
