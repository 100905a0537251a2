import BacalhauModel

/// Reads single values of flags by the rules, and with the messages, that users of the original know.
enum Values {
    static func bool(_ text: String) throws(ValueError) -> Bool {
        switch text {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "0", "f", "F", "FALSE", "false", "False": return false
        default: throw ValueError(message: "strconv.ParseBool: parsing \(quoted(text)): invalid syntax")
        }
    }

    /// Decimal, or with one of the prefixes `0x`, `0o` and `0b`.
    static func integer(_ text: String) throws(ValueError) -> Int64 {
        try whole(text, as: Int64.self, function: "ParseInt")
    }

    static func unsigned32(_ text: String) throws(ValueError) -> UInt32 {
        try whole(text, as: UInt32.self, function: "ParseUint")
    }

    private static func whole<Number: FixedWidthInteger>(
        _ text: String, as type: Number.Type, function: String
    ) throws(ValueError) -> Number {
        var digits = Substring(text)
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            sign = String(first)
            digits = digits.dropFirst()
        }
        if sign.isEmpty || Number.isSigned {
            let radix = radix(of: &digits)
            if let first = digits.first, first != "-", first != "+" {
                if let value = Number(sign + digits, radix: radix) { return value }
                if digits.allSatisfy({ $0.hexDigitValue.map { $0 < radix } ?? false }) {
                    throw ValueError(message: "strconv.\(function): parsing \(quoted(text)): value out of range")
                }
            }
        }
        throw ValueError(message: "strconv.\(function): parsing \(quoted(text)): invalid syntax")
    }

    private static func radix(of digits: inout Substring) -> Int {
        for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            digits = digits.dropFirst(2)
            return radix
        }
        return 10
    }

    /// `1h30m`, `1.5s`, `500ms`; a bare number counts seconds, which the original refuses.
    static func duration(_ text: String) throws(ValueError) -> Duration {
        if let seconds = Double(text), seconds.isFinite, seconds >= 0, seconds < 1e9 { return .seconds(seconds) }
        var rest = Substring(text)
        var factor = 1.0
        if let first = rest.first, first == "-" || first == "+" {
            if first == "-" { factor = -1 }
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { throw ValueError(message: "time: invalid duration \(quoted(text))") }
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            guard let amount = Double(number) else {
                throw ValueError(message: "time: invalid duration \(quoted(text))")
            }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !($0.isASCII && $0.isNumber || $0 == ".") }
            guard let seconds = units[String(unit)] else {
                throw ValueError(message: "time: unknown unit \(quoted(String(unit))) in duration \(quoted(text))")
            }
            rest = rest.dropFirst(unit.count)
            total += amount * seconds
        }
        guard total < 9.2e9 else { throw ValueError(message: "time: invalid duration \(quoted(text))") }
        return .seconds(factor * total)
    }

    private static let units: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]

    /// The text in double quotes, as messages show what the user typed; of a long one its beginning.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text.excerpt() {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.append(character)
            }
        }
        return result + "\""
    }
}
