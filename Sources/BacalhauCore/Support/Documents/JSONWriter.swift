public import BacalhauModel

/// Writes JSON as Bacalhau does: members in a given order, `<`, `>` and `&` escaped, shortest numbers, no blanks.
public struct JSONWriter {
    /// What was written so far; valid JSON once everything that was begun has ended.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes an empty writer with room for `capacity` bytes; it grows beyond that by itself.
    public init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// Starts an object: names and values follow in turn, up to ``endObject()``.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Ends the innermost object. Whether one was begun is not checked.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Starts an array: values follow, up to ``endArray()``.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Ends the innermost array. Whether one was begun is not checked.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Starts a member; its value must follow. Names must not need escaping.
    public mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Starts a member whose name comes from outside.
    public mutating func name(escaping name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes `null`.
    public mutating func null() { literal("null") }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    /// Writes a whole number of any width, with all its digits.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// Writes the shortest text that reads back as `value`, which must be finite: JSON has no other numbers.
    public mutating func double(_ value: Double) {
        separate()
        bytes.append(contentsOf: JSONWriter.text(of: value).utf8)
        needsComma = true
    }

    /// Writes text in quotes, with everything escaped that JSON, HTML or JavaScript would take for something else.
    public mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var copy = value
        copy.withUTF8 { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Puts a value in that is JSON already.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Writes a whole value; the members of its objects in the order of their names' bytes.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .double(let value): double(value)
        case .string(let value): string(value)
        case .array(let values):
            beginArray()
            for element in values { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for key in members.keys.sorted(by: JSONWriter.bytewise) {
                name(escaping: key)
                self.value(members[key] ?? .null)
            }
            endObject()
        }
    }

    /// Go sorts the members of maps by their bytes.
    public static func bytewise(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private mutating func literal(_ text: StaticString) {
        separate()
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7F, byte != 0x22, byte != 0x5C, byte != 0x3C, byte != 0x3E, byte != 0x26 {
                continue
            }
            guard let replacement = replacement(for: byte, at: index, in: text) else { continue }
            bytes.append(contentsOf: text[start..<index])
            bytes.append(contentsOf: replacement.utf8)
            start = index + (byte == 0xE2 ? 3 : 1)
        }
        bytes.append(contentsOf: text[min(start, text.count)...])
    }

    private func replacement(for byte: UInt8, at index: Int, in text: UnsafeBufferPointer<UInt8>) -> String? {
        switch byte {
        case 0x22: return "\\\""
        case 0x5C: return "\\\\"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        case 0x3C: return "\\u003c"
        case 0x3E: return "\\u003e"
        case 0x26: return "\\u0026"
        case 0..<0x10: return "\\u000" + String(byte, radix: 16)
        case 0x10..<0x20: return "\\u00" + String(byte, radix: 16)
        case 0xE2:
            // The line and paragraph separators end a line in JavaScript.
            guard index + 2 < text.count, text[index + 1] == 0x80 else { return nil }
            if text[index + 2] == 0xA8 { return "\\u2028" }
            return text[index + 2] == 0xA9 ? "\\u2029" : nil
        default: return nil
        }
    }

    /// The shortest text that reads back as `value`, with an exponent only below 1e-6 and from 1e21 up.
    static func text(of value: Double) -> String {
        if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
        let magnitude = abs(value)
        let text = value.description
        guard let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return text }
        let exponent = Int(text[text.index(after: mark)...]) ?? 0
        if magnitude < 1e-6 || magnitude >= 1e21 {
            var mantissa = String(text[..<mark])
            if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
            return mantissa + "e" + (exponent < 0 ? "-" : "+") + String(abs(exponent))
        }
        let sign = text.hasPrefix("-") ? "-" : ""
        let digits = text[..<mark].filter(\.isNumber)
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        return sign + digits + String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    }
}
