import BacalhauModel

/// Reads JSON into a tree with places. Strict except that text after the first value is left alone, as v1.4.0 does.
public struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var depth = 0

    /// Deeper nesting than this is refused; job documents need about eight levels.
    public static let depthMax = 100

    /// Reads the first value of `bytes`.
    public static func parse(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        let result: Result<DocumentNode, DocumentError> = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer)
            return Result { () throws(DocumentError) in try parser.document() }
        }
        return try result.get()
    }

    /// Where the value of a member of the outermost object stands, from its first byte to its last. Names match in any
    /// case and the last of several counts, as everywhere.
    ///
    /// - Returns: `nil` when there is no such member, or the text holds no object.
    public static func range(ofMember name: String, in bytes: [UInt8]) throws(DocumentError) -> Range<Int>? {
        let result: Result<Range<Int>?, DocumentError> = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer)
            return Result { () throws(DocumentError) in try parser.range(ofMember: name) }
        }
        return try result.get()
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var position: SourcePosition { SourcePosition(line: line, column: index - lineStart + 1) }

    private func failure(_ message: String) -> DocumentError { DocumentError("invalid JSON: \(message)", at: position) }

    private mutating func document() throws(DocumentError) -> DocumentNode {
        skipBlanks()
        guard index < bytes.count else { throw failure("there is no content") }
        return try value()
    }

    private mutating func range(ofMember name: String) throws(DocumentError) -> Range<Int>? {
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "{") else { return nil }
        var found: Range<Int>?
        try object { member, range in
            if member.name.equalsIgnoringASCIICase(name) { found = range }
        }
        return found
    }

    private mutating func skipBlanks() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0D: index += 1
            case 0x0A:
                index += 1
                line += 1
                lineStart = index
            default: return
            }
        }
    }

    private mutating func value() throws(DocumentError) -> DocumentNode {
        guard index < bytes.count else { throw failure("the text ends where a value is expected") }
        let start = position
        switch bytes[index] {
        case UInt8(ascii: "{"): return DocumentNode(.object(try object()), at: start)
        case UInt8(ascii: "["): return DocumentNode(.array(try array()), at: start)
        case UInt8(ascii: "\""): return DocumentNode(.string(try string()), at: start)
        case UInt8(ascii: "t"): return DocumentNode(.bool(true), at: try word("true", start))
        case UInt8(ascii: "f"): return DocumentNode(.bool(false), at: try word("false", start))
        case UInt8(ascii: "n"): return DocumentNode(.null, at: try word("null", start))
        default: return DocumentNode(try number(), at: start)
        }
    }

    private mutating func word(_ text: StaticString, _ start: SourcePosition) throws(DocumentError) -> SourcePosition {
        let length = text.utf8CodeUnitCount
        guard index + length <= bytes.count else { throw failure("unexpected end of text") }
        for offset in 0..<length where bytes[index + offset] != text.utf8Start[offset] {
            throw failure("unexpected character")
        }
        index += length
        return start
    }

    private mutating func enter() throws(DocumentError) {
        depth += 1
        guard depth <= JSONParser.depthMax else { throw failure("nested deeper than \(JSONParser.depthMax) levels") }
        index += 1
        skipBlanks()
    }

    private mutating func object() throws(DocumentError) -> [DocumentNode.Member] {
        var members: [DocumentNode.Member] = []
        try object { member, _ in members.append(member) }
        return members
    }

    /// - Parameter each: gets a member and the place of its value's bytes.
    private mutating func object(_ each: (DocumentNode.Member, Range<Int>) -> Void) throws(DocumentError) {
        try enter()
        defer { depth -= 1 }
        if take(UInt8(ascii: "}")) { return }
        while true {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw failure("a member name in double quotes is expected")
            }
            let start = position
            let name = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else {
                throw failure("':' is expected after the member name \"\(name.excerpt())\"")
            }
            skipBlanks()
            let valueStart = index
            let member = DocumentNode.Member(name: name, value: try value(), position: start)
            each(member, valueStart..<index)
            skipBlanks()
            if take(UInt8(ascii: "}")) { return }
            guard take(UInt8(ascii: ",")) else { throw failure("',' or '}' is expected") }
            skipBlanks()
        }
    }

    private mutating func array() throws(DocumentError) -> [DocumentNode] {
        try enter()
        defer { depth -= 1 }
        var nodes: [DocumentNode] = []
        if take(UInt8(ascii: "]")) { return nodes }
        while true {
            nodes.append(try value())
            skipBlanks()
            if take(UInt8(ascii: "]")) { return nodes }
            guard take(UInt8(ascii: ",")) else { throw failure("',' or ']' is expected") }
            skipBlanks()
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func string() throws(DocumentError) -> String {
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
            bytes[index] >= 0x20
        {
            index += 1
        }
        guard index < bytes.count else { throw failure("a string is not closed") }
        if bytes[index] == UInt8(ascii: "\"") {
            defer { index += 1 }
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(DocumentError) -> String {
        var text = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                try escape(into: &text)
            case 0..<0x20: throw failure("a string contains a control character; write it as \\u00XX")
            default:
                text.append(byte)
                index += 1
            }
        }
        throw failure("a string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(DocumentError) {
        guard index < bytes.count else { throw failure("a string is not closed") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try escapedScalar())).utf8)
        default: throw failure("unknown escape in a string")
        }
    }

    private mutating func escapedScalar() throws(DocumentError) -> Unicode.Scalar {
        let first = try hexUnit()
        if first & 0xFC00 == 0xD800, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        {
            let mark = index
            index += 2
            let second = try hexUnit()
            if second & 0xFC00 == 0xDC00 {
                return Unicode.Scalar(0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)) ?? "\u{FFFD}"
            }
            index = mark
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    private mutating func hexUnit() throws(DocumentError) -> UInt32 {
        guard index + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw failure("\\u needs four hexadecimal digits") }
        index += 4
        return unit
    }

    private mutating func number() throws(DocumentError) -> DocumentNode.Content {
        let start = index
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        let digits = index
        skipDigits()
        guard index > digits else { throw failure("unexpected character where a value is expected") }
        guard bytes[digits] != UInt8(ascii: "0") || index == digits + 1 else { throw failure("a number starts with 0") }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            let fraction = index
            skipDigits()
            guard index > fraction else { throw failure("digits are expected after the decimal point") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            let exponent = index
            skipDigits()
            guard index > exponent else { throw failure("digits are expected in the exponent") }
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let whole = Int64(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite else {
            throw failure("the number \(text.excerpt(40)) is too large")
        }
        return .double(value)
    }

    private mutating func skipDigits() {
        while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
    }
}
