/// The rules for labels that the cluster schedulers share: short names of letters, digits, `-`, `_` and `.`.
enum LabelSyntax {
    static let nameBytesMax = 63
    static let prefixBytesMax = 253

    /// Reads `key=value` pairs; a key alone has the empty value. The last of several equal keys counts.
    static func labels(of entries: [String]) throws(ValueError) -> [String: String] {
        var labels: [String: String] = [:]
        for entry in entries {
            let key = String(entry.prefix { $0 != "=" })
            let value = String(entry.dropFirst(key.count + 1))
            if let problem = keyProblem(key) ?? valueProblem(value) {
                throw ValueError(message: "invalid label \(Values.quoted(entry)): \(problem)")
            }
            labels[key] = value
        }
        return labels
    }

    /// What is wrong with a key (`name` or `dns.prefix/name`); `nil` when nothing is.
    static func keyProblem(_ key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else { return "the key '\(key)' has more than one '/'" }
        if parts.count == 2, !isPrefix(parts[0]) {
            return "the prefix '\(parts[0])' of the key must be a DNS name of at most \(prefixBytesMax) characters"
        }
        guard isName(name) else {
            return "the key '\(key)' must have 1 to \(nameBytesMax) letters, digits, '-', '_' or '.', "
                + "and begin and end with a letter or digit"
        }
        return nil
    }

    /// What is wrong with a value; `nil` when nothing is.
    static func valueProblem(_ value: String) -> String? {
        guard value.isEmpty || isName(value[...]) else {
            return "the value '\(value)' must have at most \(nameBytesMax) letters, digits, '-', '_' or '.', "
                + "and begin and end with a letter or digit"
        }
        return nil
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= nameBytesMax else {
            return false
        }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }

    private static func isPrefix(_ text: Substring) -> Bool {
        guard text.utf8.count <= prefixBytesMax else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, let last = part.utf8.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && part.utf8.allSatisfy { isAlphanumeric($0) && !(0x41...0x5A).contains($0) || $0 == 0x2D }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
