import BacalhauModel
import BacalhauSupport

/// Joins what a program wrote in many small pieces to few messages, and cuts only between characters.
struct LogPieces {
    /// Bytes of one message; v1.4.0's clients take messages of any length, and this one is cheap to hold.
    static let bytesMax = 64 * 1024

    private let bytesMax: Int
    /// The beginning of a character whose end has not come yet.
    private var begun: [StandardStream: [UInt8]] = [:]

    init(bytesMax: Int = LogPieces.bytesMax) { self.bytesMax = bytesMax }

    /// The messages for records that follow each other.
    mutating func messages(_ records: [LogRecord]) -> [LogMessage] {
        var messages: [LogMessage] = []
        var index = records.startIndex
        while index < records.endIndex {
            let stream = records[index].stream
            var bytes = begun.removeValue(forKey: stream) ?? []
            while index < records.endIndex, records[index].stream == stream, bytes.count < bytesMax {
                bytes += records[index].bytes
                index += 1
            }
            let rest = LogPieces.begunCharacter(bytes)
            if rest > 0 { begun[stream] = Array(bytes.suffix(rest)) }
            let text = String(decoding: bytes.dropLast(rest), as: UTF8.self)
            if !text.isEmpty { messages.append(LogMessage(type: Int(stream.rawValue), line: text)) }
        }
        return messages
    }

    /// What is left at the end of the log: characters that never came to an end.
    mutating func rest() -> [LogMessage] {
        defer { begun = [:] }
        return begun.sorted { $0.key.rawValue < $1.key.rawValue }.map { stream, bytes in
            LogMessage(type: Int(stream.rawValue), line: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// How many bytes at the end begin a character of UTF-8 without ending it.
    private static func begunCharacter(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let byte = bytes[bytes.count - count]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > count ? count : 0
        }
        return 0
    }
}
