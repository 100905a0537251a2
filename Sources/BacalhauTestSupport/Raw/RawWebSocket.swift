/// The client side of a WebSocket, frame by frame, right or wrong.
public struct RawWebSocket {
    public struct Frame: Equatable, Sendable {
        public var opcode: UInt8
        public var payload: [UInt8]
        public var isFinal: Bool

        public init(opcode: UInt8, payload: [UInt8], isFinal: Bool = true) {
            self.opcode = opcode
            self.payload = payload
            self.isFinal = isFinal
        }

        public static func text(_ text: String) -> Frame { Frame(opcode: 1, payload: Array(text.utf8)) }
        public static func binary(_ bytes: [UInt8]) -> Frame { Frame(opcode: 2, payload: bytes) }
        public static func close(_ code: UInt16, _ reason: String = "") -> Frame {
            Frame(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 0xff)] + reason.utf8)
        }
        public static func ping(_ text: String) -> Frame { Frame(opcode: 9, payload: Array(text.utf8)) }
        public static func pong(_ text: String) -> Frame { Frame(opcode: 10, payload: Array(text.utf8)) }

        /// The code of a close frame.
        public var closeCode: UInt16? {
            opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
        }
    }

    public static let handshake = handshake(of: "/chat")

    /// The request that opens a WebSocket.
    public static func handshake(of target: String) -> String {
        """
        GET \(target) HTTP/1.1\r
        Host: x\r
        Connection: keep-alive, Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r

        """
    }

    public let client: RawClient

    /// Connects and completes the handshake.
    public init(
        port: Int, target: String = "/chat", receiveBuffer: Int32? = nil, usesTLS: Bool = false
    ) throws {
        client = try RawClient(port: port, receiveBuffer: receiveBuffer, usesTLS: usesTLS)
        try client.send(Self.handshake(of: target))
        guard try client.readHead().status == 101 else { throw RawClient.Failure.malformedResponse }
    }

    public func send(_ frame: Frame, isMasked: Bool = true) throws {
        try client.send(Self.bytes(of: frame, isMasked: isMasked))
    }

    public static func bytes(of frame: Frame, isMasked: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [(frame.isFinal ? 0x80 : 0) | frame.opcode]
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        let count = frame.payload.count
        if count < 126 {
            bytes.append(maskBit | UInt8(count))
        } else if count < 65_536 {
            bytes += [maskBit | 126, UInt8(count >> 8), UInt8(count & 0xff)]
        } else {
            bytes.append(maskBit | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
        }
        guard isMasked else { return bytes + frame.payload }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        return bytes + mask + frame.payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
    }

    public func receive() throws -> Frame {
        let head = try client.read(count: 2)
        var count = Int(head[1] & 0x7f)
        if count >= 126 {
            count = try client.read(count: count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(opcode: head[0] & 0x0f, payload: try client.read(count: count), isFinal: head[0] & 0x80 != 0)
    }
}
