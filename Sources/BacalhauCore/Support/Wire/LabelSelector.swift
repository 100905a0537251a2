public import BacalhauModel

/// A filter on labels in the syntax of Kubernetes: `a=b,c!=d,e in (f,g),!h`. All parts must hold.
public struct LabelSelector: Hashable, Sendable {
    /// The parts, in the order of the text.
    public private(set) var constraints: [Constraint] = []

    /// Makes the selector that everything passes.
    public init() {}

    /// Whether everything passes.
    public var isEmpty: Bool { constraints.isEmpty }

    /// Whether `labels` pass.
    public func matches(_ labels: [String: String]) -> Bool { constraints.allSatisfy { $0.matches(labels) == true } }

    /// Reads a selector.
    ///
    /// - Throws: `.badRequest` naming the part that cannot be read.
    public init(parsing text: String) throws(BacalhauError) {
        for part in LabelSelector.parts(text) {
            let trimmed = part.trimmingBlanks()
            if trimmed.isEmpty { continue }
            guard let constraint = LabelSelector.constraint(trimmed) else {
                throw BacalhauError(
                    .badRequest, "cannot read the label selector \"\(trimmed.excerpt())\"",
                    hint: "Write key, !key, key=value, key!=value, key in (a,b), key notin (a,b), key>1 or key<1.")
            }
            constraints.append(constraint)
        }
    }

    /// Splits at commas outside of parentheses.
    private static func parts(_ text: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func constraint(_ text: String) -> Constraint? {
        for name in ["notin", "in"] {
            guard let range = words(text, name) else { continue }
            let list = text[range.upperBound...].trimming
            guard list.hasPrefix("("), list.hasSuffix(")") else { return nil }
            let values = list.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false).map(
                \.trimming)
            return checked(text[..<range.lowerBound].trimming, name, values)
        }
        if text.hasPrefix("!") { return checked(String(text.dropFirst()).trimmingBlanks(), "!", []) }
        for (mark, name) in [("!=", "!="), ("==", "="), ("=", "="), (">", "gt"), ("<", "lt")] {
            guard let range = firstRange(of: mark, in: text) else { continue }
            return checked(text[..<range.lowerBound].trimming, name, [text[range.upperBound...].trimming])
        }
        return checked(text, "exists", [])
    }

    private static func words(_ text: String, _ word: String) -> Range<String.Index>? {
        firstRange(of: " \(word) ", in: text)
            ?? firstRange(of: " \(word)(", in: text).map { $0.lowerBound..<text.index(before: $0.upperBound) }
    }

    private static func firstRange(of pattern: String, in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(pattern) { return start..<text.index(start, offsetBy: pattern.count) }
            start = text.index(after: start)
        }
        return nil
    }

    private static func checked(_ key: String, _ name: String, _ values: [String]) -> Constraint? {
        // Values of labels are not checked when they are set, and have slashes.
        guard isKey(key), values.allSatisfy({ $0.utf8.allSatisfy { isAlphanumeric($0) || "-_./".utf8.contains($0) } })
        else { return nil }
        if name == "gt" || name == "lt", values.contains(where: { Int64($0) == nil }) { return nil }
        return Constraint(key: key, operator: name, values: values)
    }

    /// A name, before it perhaps a domain and a slash. What could be no key of a label is a slip, not a label that nothing
    /// has.
    private static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.last, isName(name) else { return false }
        return parts.count == 1 || isName(parts[0], countMax: 253)
    }

    /// Letters and digits, between them also `-`, `_` and `.`.
    private static func isName(_ text: Substring, countMax: Int = 63) -> Bool {
        guard (1...countMax).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last else {
            return false
        }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension Substring {
    fileprivate var trimming: String { String(self).trimmingBlanks() }
}
