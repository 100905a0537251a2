import BacalhauCrypto
import FoundationEssentials

/// The server's end of a WebSocket, as low as frames.
extension StubConnection {
    /// Answers the handshake; `together` goes out in the same packet.
    func acceptWebSocket(_ request: StubRequest, headers: [String] = [], together: [UInt8] = []) {
        let key = request.headers["sec-websocket-key"] ?? ""
        let accept = Data(SHA1.hash("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)).base64EncodedString()
        let lines =
            ["HTTP/1.1 101 Switching Protocols", "Upgrade: WebSocket", "Connection: keep-alive, Upgrade"]
            + ["Sec-WebSocket-Accept: \(accept)"] + headers + ["", ""]
        write(Array(lines.joined(separator: "\r\n").utf8) + together)
    }

    /// Writes a frame without a mask.
    @discardableResult
    func writeFrame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> Bool {
        write(Self.frame(opcode, payload, isFinal: isFinal))
    }

    /// A frame without a mask.
    static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var frame = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case ...125: frame.append(UInt8(payload.count))
        case ...0xffff: frame += [126] + bigEndian(payload.count, 2)
        default: frame += [127] + bigEndian(payload.count, 8)
        }
        return frame + payload
    }

    /// Reads a masked frame; `nil` at the end of the connection or without a mask.
    func readFrame() -> (opcode: UInt8, payload: [UInt8])? {
        let head = read(2)
        guard head.count == 2, head[1] & 0x80 != 0 else { return nil }
        var count = Int(head[1] & 0x7f)
        if count >= 126 { count = read(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        let mask = read(4)
        let payload = read(count)
        guard mask.count == 4, payload.count == count else { return nil }
        return (head[0] & 15, payload.enumerated().map { $1 ^ mask[$0 & 3] })
    }

    private static func bigEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
