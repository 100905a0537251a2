internal import BacalhauFiles
internal import BacalhauModel

/// Which name a downloaded file gets.
enum DownloadName {
    /// The last part of the URL's path, or behind a redirect the name that the server gives; `nil` when there is none
    /// that may be the name of a file.
    static func choose(url: String, isRedirected: Bool, disposition: String?) -> String? {
        if isRedirected, let name = disposition.flatMap(fileName).flatMap(checked) { return name }
        return checked(lastComponent(decoded(path(of: url))))
    }

    private static func checked(_ name: String) -> String? {
        (try? CheckedPath(component: lastComponent(name)))?.name
    }

    /// What follows the last separator; separators at the end do not count.
    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }

    /// The path of an absolute URL as it is written.
    static func path(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        let rest = url[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
    }

    private static func decoded(_ text: String) -> String {
        String(decoding: decodedBytes(text.utf8[...]), as: UTF8.self)
    }

    private static func decodedBytes(_ text: Substring.UTF8View) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hexadecimalValue),
                let low = rest.dropFirst().first.flatMap(hexadecimalValue)
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    // MARK: Content-Disposition

    /// The file name of a `Content-Disposition` field (RFC 6266); the extended form wins.
    static func fileName(_ disposition: String) -> String? {
        var plain: String?
        for (name, value) in parameters(disposition) {
            if name == "filename*", let extended = extendedValue(value) { return extended }
            if name == "filename" { plain = plain ?? value }
        }
        return plain
    }

    /// `charset'language'percent-encoded`, of which only UTF-8 and ASCII are understood.
    private static func extendedValue(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ["utf-8", "us-ascii", "iso-8859-1"].contains(parts[0].lowercased()) else { return nil }
        return decoded(String(parts[2]))
    }

    /// The parameters behind the disposition type, names in lower case, quotes resolved.
    private static func parameters(_ text: String) -> [(String, String)] {
        split(text).compactMap { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { return nil }
            return (String(sides[0]).trimmingBlanks().lowercased(), unquoted(String(sides[1]).trimmingBlanks()))
        }
    }

    /// Splits at semicolons outside of quotes.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == ";" && !isQuoted {
                parts.append("")
                continue
            }
            if character == "\"" && !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && isQuoted && !isEscaped
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\" && !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }
}
