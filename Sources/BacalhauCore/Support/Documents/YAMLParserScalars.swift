import BacalhauModel

/// A scalar as written, and what it means.
struct YAMLScalar {
    var text: String
    /// The explicit tag in its long form; `nil` when there is none.
    var tag: String?
    /// Neither quoted nor a block.
    var isPlain: Bool

    private static let tagPrefix = "tag:yaml.org,2002:"

    /// Whether this is the key that merges other mappings in.
    var isMerge: Bool {
        text == "<<" && (tag == nil ? isPlain : tag == YAMLScalar.tagPrefix + "merge")
    }

    /// The value, by tag or else by the look of a plain scalar.
    func content(at position: SourcePosition) throws(DocumentError) -> DocumentNode.Content {
        guard let tag, tag != "!" else {
            return isPlain && tag == nil ? try YAMLScalar.resolve(text, at: position) : .string(text)
        }
        guard tag.hasPrefix(YAMLScalar.tagPrefix) else { return .string(text) }
        let type = String(tag.dropFirst(YAMLScalar.tagPrefix.count))
        switch type {
        case "null", "bool", "int", "float":
            let value = try YAMLScalar.resolve(text, at: position)
            switch (type, value) {
            case ("null", .null), ("bool", .bool), ("int", .integer), ("float", .double): return value
            case ("float", .integer): return value
            default: throw .yaml("\"\(text.excerpt())\" is not of the type !!\(type)", at: position)
            }
        default: return .string(text)
        }
    }

    /// What a plain scalar means by YAML 1.1 as v1.4.0 reads it.
    static func resolve(_ text: String, at position: SourcePosition) throws(DocumentError) -> DocumentNode.Content {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            if infinities.contains(text.lowercased()) {
                throw .yaml("\(text) has no form in JSON; write a number or quote it", at: position)
            }
            return number(text) ?? .string(text)
        default: return words[text] ?? .string(text)
        }
    }

    private static let infinities: Set<String> = [".inf", "+.inf", "-.inf", ".nan"]

    private static let words: [String: DocumentNode.Content] = {
        var table: [String: DocumentNode.Content] = ["~": .null]
        func add(_ word: String, _ value: DocumentNode.Content) {
            for form in [word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()] {
                table[form] = value
            }
        }
        add("null", .null)
        for word in ["y", "yes", "on", "true"] { add(word, .bool(true)) }
        for word in ["n", "no", "off", "false"] { add(word, .bool(false)) }
        return table
    }()

    private static func number(_ text: String) -> DocumentNode.Content? {
        let compact = text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text
        var digits = Substring(compact)
        var sign = ""
        if digits.hasPrefix("-") || digits.hasPrefix("+") { sign = String(digits.removeFirst()) }
        if let (radix, rest) = prefixed(digits) {
            if let value = Int64(sign + rest, radix: radix), rest.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) {
                return .integer(value)
            }
            if sign != "-", let value = UInt64(rest, radix: radix) { return .double(Double(value)) }
            guard radix == 8 else { return nil }
        } else if let value = Int64(compact), !digits.isEmpty {
            return .integer(value)
        }
        // The dot in front makes a number only without underscores, as in v1.4.0.
        guard isDecimal(text.hasPrefix(".") ? Substring(text) : digits), let value = Double(sign + digits),
            value.isFinite
        else { return nil }
        return Int64(exactly: value).map(DocumentNode.Content.integer) ?? .double(value)
    }

    /// The base that the beginning of a number names, and the digits behind it.
    private static func prefixed(_ digits: Substring) -> (radix: Int, rest: Substring)? {
        guard digits.utf8.count > 1, digits.hasPrefix("0") else { return nil }
        switch digits.dropFirst().first {
        case "x", "X": return (16, digits.dropFirst(2))
        case "o", "O": return (8, digits.dropFirst(2))
        case "b", "B": return (2, digits.dropFirst(2))
        default: return (8, digits.dropFirst())
        }
    }

    /// Digits with at most one dot, at least one digit, and an exponent perhaps.
    private static func isDecimal(_ text: Substring) -> Bool {
        var rest = text.utf8[...]
        func skipDigits() -> Int {
            let count = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
            rest = rest.dropFirst(count)
            return count
        }
        var digitCount = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            digitCount += skipDigits()
        }
        guard digitCount > 0 else { return false }
        guard let mark = rest.first else { return true }
        guard mark | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return skipDigits() > 0 && rest.isEmpty
    }
}
