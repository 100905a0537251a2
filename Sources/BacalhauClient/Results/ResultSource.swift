import BacalhauCrypto
import BacalhauModel

/// A published result that can be fetched over HTTP.
struct ResultSource {
    var url: String
    /// Whether the address always stands for the same bytes, so that a part of them may be completed later.
    var isImmutable: Bool
    /// The name of the file when it does not follow from the address.
    private var name: String?
    /// Sent to the address's host only, also when it redirects elsewhere.
    var headers: [(name: String, value: String)] = []
    /// Where to look when there is nothing at the address.
    var alternatives: [ResultSource] = []

    /// A result that the orchestrator hands out.
    init(url: String, name: String, headers: [(name: String, value: String)]) {
        self.url = url
        isImmutable = true
        self.name = name
        self.headers = headers
    }

    /// `nil` for results of kinds that cannot be fetched here.
    init?(_ result: SpecConfig) {
        switch result.normalizedType {
        case "urldownload":
            guard let url = result.params.member("URL")?.string else { return nil }
            self.url = url
            isImmutable = true
        case "s3presigned":
            guard let url = result.params.member("PreSignedURL")?.string else { return nil }
            self.url = url
            // Whoever may write to the bucket may replace the object.
            isImmutable = false
        default: return nil
        }
    }

    /// Host and path of the address as one file name, without what file systems and shells dislike.
    var fileName: String {
        if let name { return ResultSource.fileName(name) }
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        rest = rest.prefix { $0 != "?" && $0 != "#" }
        return ResultSource.fileName(String(rest))
    }

    /// `text` as one plain path component of at most 255 bytes.
    static func fileName(_ text: String) -> String {
        let forbidden = "/\\:*?\"<>|"
        let clean = String(text.map { forbidden.contains($0) || $0.asciiValue.map { $0 < 0x20 } == true ? "_" : $0 })
        guard clean.utf8.count > 200 else { return clean.hasPrefix(".") || clean.isEmpty ? "_" + clean : clean }
        // The end keeps the suffix, the digest keeps long names apart.
        return SHA256.hexDigest(of: clean.utf8).prefix(32) + "_" + String(clean.suffix(30))
    }

    /// Whether the file of that name is a packed archive.
    static func isArchive(_ name: String) -> Bool { name.hasSuffix(".tar.gz") || name.hasSuffix(".tgz") }
}
