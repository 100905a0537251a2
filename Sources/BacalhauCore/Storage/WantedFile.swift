internal import BacalhauModel

/// The parameters of a `urlDownload` source.
struct WantedFile: Sendable {
    let url: String
    /// 64 hexadecimal digits in lower case; `nil` when the content is not checked.
    let sha256: String?

    init(_ source: Source) throws(StorageError) {
        let parameters = SourceParameters(source)
        let hint = "Give an http or https URL, as in https://example.com/data.csv"
        let text = try parameters.requiredText("URL", hint: hint)
        url = Self.withoutQuotes(text)
        let scheme = url.lowercased()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://"), !DownloadName.path(of: url).isEmpty,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else {
            throw parameters.wrong(
                "URL", "must be an http or https URL with a path, not \(text.debugDescription)", hint: hint)
        }
        sha256 = try parameters.text("SHA256")?.lowercased()
        if let sha256, sha256.utf8.count != 64 || !sha256.utf8.allSatisfy({ hexadecimalValue($0) != nil }) {
            throw parameters.wrong("SHA256", "must be 64 hexadecimal digits")
        }
    }

    /// Blanks and quotes around a URL come from shells and tables; they are no part of it.
    private static func withoutQuotes(_ text: String) -> String {
        let isDecoration: (Character) -> Bool = { $0.isWhitespace || $0 == "\"" || $0 == "'" }
        guard let first = text.firstIndex(where: { !isDecoration($0) }),
            let last = text.lastIndex(where: { !isDecoration($0) })
        else { return "" }
        return String(text[first...last])
    }

    /// The URL for messages: without a password and without a query, which may hold a signature.
    var shownURL: String {
        let plain = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = plain.firstRange(of: "://") else { return String(plain) }
        let host = plain[scheme.upperBound...].prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return String(plain) }
        return plain[..<scheme.upperBound] + String(plain[plain.index(after: at)...])
    }
}
