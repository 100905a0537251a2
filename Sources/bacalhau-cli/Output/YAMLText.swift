import BacalhauModel
import BacalhauSupport

/// Writes a value as YAML: members sorted by name, two blanks for each level, list items level with their name.
enum YAMLText {
    /// The document with its last line end.
    static func text(of value: JSONValue) -> String {
        var text = ""
        switch value {
        case .object(let members) where !members.isEmpty: write(members, indent: 0, to: &text)
        case .array(let values) where !values.isEmpty: write(values, indent: 0, to: &text)
        default: text = scalar(value, indent: 0) + "\n"
        }
        return text
    }

    private static func write(
        _ members: [String: JSONValue], indent: Int, to text: inout String, firstIndented: Bool = true
    ) {
        let names = members.keys.sorted(by: JSONWriter.bytewise)
        for (index, name) in names.enumerated() {
            if index > 0 || firstIndented { text += String(repeating: " ", count: indent) }
            text += scalar(.string(name), indent: indent) + ":"
            switch members[name] ?? .null {
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                write(inner, indent: indent + 2, to: &text)
            case .array(let inner) where !inner.isEmpty:
                text += "\n"
                write(inner, indent: indent, to: &text)
            case let value: text += " " + scalar(value, indent: indent + 2) + "\n"
            }
        }
    }

    private static func write(_ values: [JSONValue], indent: Int, to text: inout String, firstIndented: Bool = true) {
        for (index, value) in values.enumerated() {
            if index > 0 || firstIndented { text += String(repeating: " ", count: indent) }
            text += "- "
            switch value {
            case .object(let inner) where !inner.isEmpty:
                write(inner, indent: indent + 2, to: &text, firstIndented: false)
            case .array(let inner) where !inner.isEmpty:
                write(inner, indent: indent + 2, to: &text, firstIndented: false)
            default: text += scalar(value, indent: indent + 2) + "\n"
            }
        }
    }

    private static func scalar(_ value: JSONValue, indent: Int) -> String {
        switch value {
        case .string(let string): return YAMLString.text(of: string, indent: indent)
        case .object: return "{}"
        case .array: return "[]"
        default:
            var writer = JSONWriter()
            writer.value(value)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}

/// Chooses how a string is written: plain where it reads back as the same string, quoted otherwise.
enum YAMLString {
    static func text(of string: String, indent: Int) -> String {
        if string.isEmpty { return "\"\"" }
        if string.unicodeScalars.contains(where: {
            ($0.value < 0x20 && $0 != "\n") || $0.value == 0x7F || $0 == "\u{FEFF}"
        }) {
            return doubleQuoted(string)
        }
        if string.contains("\n") {
            return string.hasPrefix(" ") || string.hasPrefix("\n")
                ? doubleQuoted(string) : literal(string, indent: indent)
        }
        if looksTyped(string) { return doubleQuoted(string) }
        return isPlain(string)
            ? string
            : "'" + string.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    private static func literal(_ string: String, indent: Int) -> String {
        let blanks = String(repeating: " ", count: indent)
        var lines = string.splitLines()
        var mark = "|-"
        if lines.last?.isEmpty == true {
            lines.removeLast()
            mark = lines.last?.isEmpty == true ? "|+" : "|"
        }
        return mark + lines.map { $0.isEmpty ? "\n" : "\n" + blanks + $0 }.joined()
    }

    private static func doubleQuoted(_ string: String) -> String {
        var writer = JSONWriter()
        writer.string(string)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func isPlain(_ string: String) -> Bool {
        guard let first = string.first, let last = string.last else { return false }
        if "!&*|>%@`\"'#{}[],".contains(first) || first == " " || last == " " || last == ":" { return false }
        if "-?:".contains(first), string.count == 1 || string.dropFirst().first == " " { return false }
        if string.hasPrefix("---") || string.hasPrefix("...") { return false }
        return string.firstRange(of: ": ") == nil && string.firstRange(of: " #") == nil
    }

    /// Whether a reader would take the bare text for something other than a string.
    private static func looksTyped(_ string: String) -> Bool {
        switch string.lowercased() {
        case "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "=", ".inf", "-.inf", "+.inf",
            ".nan":
            return true
        default: break
        }
        guard let first = string.utf8.first, (0x30...0x39).contains(first) || [0x2B, 0x2D, 0x2E].contains(first) else {
            return false
        }
        let digits = string.filter { $0 != "_" && $0 != "+" }
        if Double(digits) != nil { return true }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            let unsigned = digits.hasPrefix("-") ? digits.dropFirst() : digits[...]
            if unsigned.hasPrefix(prefix), UInt64(unsigned.dropFirst(2), radix: radix) != nil { return true }
        }
        return isTime(string)
    }

    /// Dates (`2024-06-28…`) and numbers to the base 60 (`12:30:00`).
    private static func isTime(_ string: String) -> Bool {
        let isSexagesimal =
            string.contains(":")
            && string.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == "." || $0 == "-" || $0 == "+") }
        if isSexagesimal { return true }
        let parts = string.prefix { $0 != "T" && $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].count == 4 && parts.allSatisfy { $0.count <= 4 && UInt32($0) != nil }
    }
}
