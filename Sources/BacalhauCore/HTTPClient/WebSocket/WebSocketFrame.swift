internal import BacalhauCrypto

/// The kinds of frames (RFC 6455, 5.2).
enum WebSocketOpcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
}

/// Builds the frames that a client sends: whole messages, masked with fresh random bytes.
enum WebSocketFrame {
    /// The largest payload of a control frame.
    static let maximumControlBytes = 125

    static func encode(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        encode(opcode, payload, mask: randomBytes(4))
    }

    /// - Parameter mask: four bytes.
    static func encode(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>, mask: [UInt8]) -> [UInt8] {
        let count = payload.count
        var frame: [UInt8] = []
        frame.reserveCapacity(count + 14)
        frame.append(0x80 | opcode.rawValue)
        switch count {
        case ...125:
            frame.append(0x80 | UInt8(count))
        case ...0xffff:
            frame.append(0x80 | 126)
            append(UInt64(count), bytes: 2, to: &frame)
        default:
            frame.append(0x80 | 127)
            append(UInt64(count), bytes: 8, to: &frame)
        }
        frame += mask
        let start = frame.count
        frame += payload
        frame.withUnsafeMutableBufferPointer { buffer in
            for index in 0..<count { buffer[start + index] ^= mask[index & 3] }
        }
        return frame
    }

    /// A close frame; the reason is cut at a character's end to what a control frame holds.
    static func close(code: Int, reason: String) -> [UInt8] {
        var payload: [UInt8] = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
        for character in reason {
            guard payload.count + character.utf8.count <= maximumControlBytes else { break }
            payload += character.utf8
        }
        return encode(.close, payload)
    }

    private static func append(_ value: UInt64, bytes: Int, to frame: inout [UInt8]) {
        for shift in (0..<bytes).reversed() { frame.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
    }
}
