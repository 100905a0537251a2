/// What a server's frames amount to.
enum WebSocketEvent: Equatable {
    case message(WebSocketMessage)
    case ping([UInt8])
    case pong
    /// `nil` without a code, which means a normal end.
    case close(code: Int?, reason: String)
}

/// A server's frames that break the rules, with the code of the close frame that they are answered with.
struct WebSocketViolation: Error, Equatable {
    var code: Int
    var detail: String

    static func rules(_ detail: String) -> WebSocketViolation { WebSocketViolation(code: 1002, detail: detail) }
    static let notUTF8 = WebSocketViolation(code: 1007, detail: "text that is not UTF-8")
    static let tooLarge = WebSocketViolation(code: 1009, detail: "a message over the limit")
}

/// Turns the bytes from a server into messages and control frames.
struct WebSocketDecoder {
    private let limit: Int
    private var buffer: [UInt8] = []
    private var position = 0
    /// The message whose last fragment is still to come.
    private var fragments: (opcode: WebSocketOpcode, bytes: [UInt8])?

    init(limit: Int) {
        self.limit = limit
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.append(contentsOf: bytes)
    }

    /// The next event, or `nil` if its bytes are not all there yet.
    mutating func next() throws(WebSocketViolation) -> WebSocketEvent? {
        while let header = try header() {
            guard buffer.count - header.payloadStart >= header.payloadCount else { return nil }
            let payload = buffer[header.payloadStart..<(header.payloadStart + header.payloadCount)]
            let event = try event(header, payload)
            position = header.payloadStart + header.payloadCount
            discardConsumed()
            if let event { return event }
        }
        return nil
    }

    private struct Header {
        var opcode: WebSocketOpcode
        var isFinal: Bool
        var payloadStart: Int
        var payloadCount: Int
    }

    private func header() throws(WebSocketViolation) -> Header? {
        guard buffer.count - position >= 2 else { return nil }
        let (first, second) = (buffer[position], buffer[position + 1])
        guard first & 0x70 == 0 else { throw .rules("reserved bits without an extension") }
        guard let opcode = WebSocketOpcode(rawValue: first & 15) else { throw .rules("opcode \(first & 15)") }
        guard second & 0x80 == 0 else { throw .rules("a masked frame") }
        let isFinal = first & 0x80 != 0
        if opcode.isControl, !isFinal || second > 125 { throw .rules("a fragmented or long control frame") }
        let lengthBytes = second == 126 ? 2 : second == 127 ? 8 : 0
        let payloadStart = position + 2 + lengthBytes
        guard buffer.count >= payloadStart else { return nil }
        let length =
            lengthBytes == 0
            ? UInt64(second) : buffer[(position + 2)..<payloadStart].reduce(0) { $0 << 8 | UInt64($1) }
        if !opcode.isControl, length > UInt64(max(0, limit - (fragments?.bytes.count ?? 0))) { throw .tooLarge }
        return Header(
            opcode: opcode, isFinal: isFinal, payloadStart: payloadStart, payloadCount: Int(clamping: length))
    }

    /// `nil` for a fragment that does not end its message.
    private mutating func event(
        _ header: Header, _ payload: ArraySlice<UInt8>
    ) throws(WebSocketViolation) -> WebSocketEvent? {
        switch header.opcode {
        case .ping: return .ping(Array(payload))
        case .pong: return .pong
        case .close: return try close(payload)
        case .continuation:
            guard var message = fragments else { throw .rules("a continuation without a start") }
            fragments = nil
            message.bytes += payload
            if header.isFinal {
                return .message(try message.opcode == .text ? text(message.bytes[...]) : .binary(message.bytes))
            }
            fragments = message
            return nil
        case .text, .binary:
            guard fragments == nil else { throw .rules("a message inside a fragmented one") }
            if !header.isFinal {
                fragments = (header.opcode, Array(payload))
                return nil
            }
            return .message(try header.opcode == .text ? text(payload) : .binary(Array(payload)))
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(WebSocketViolation) -> WebSocketMessage {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return .text(text)
    }

    private func close(_ payload: ArraySlice<UInt8>) throws(WebSocketViolation) -> WebSocketEvent {
        guard !payload.isEmpty else { return .close(code: nil, reason: "") }
        guard payload.count >= 2 else { throw .rules("a close frame with half a code") }
        let code = payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        guard (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code) else {
            throw .rules("close code \(code)")
        }
        guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else { throw .notUTF8 }
        return .close(code: code, reason: reason)
    }

    private mutating func discardConsumed() {
        if position == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
            position = 0
        } else if position > 256 << 10 {
            buffer.removeFirst(position)
            position = 0
        }
    }
}
