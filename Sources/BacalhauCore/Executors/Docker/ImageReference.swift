/// The name of an image, taken apart: which registry, which repository, which version.
///
/// Follows the grammar of the distribution project, so that a password goes to the registry that it belongs to and
/// to no other.
struct ImageReference: Hashable, Sendable {
    /// Where images without a registry in their name come from.
    static let defaultRegistry = "docker.io"
    /// The longest name without tag and digest.
    static let nameLengthMax = 255

    /// Host and port of the registry, `docker.io` when the name has none.
    let registry: String
    /// The path on the registry; official images are below `library/`.
    let repository: String
    let tag: String?
    let digest: String?
    /// Registry and path as they were written, without tag and digest.
    let writtenName: String

    /// Whether the image comes from Docker Hub.
    var isOnDockerHub: Bool { registry == Self.defaultRegistry }

    /// What the engine is told to pull: the digest when there is one, otherwise the tag.
    var pullVersion: String { digest ?? tag ?? "latest" }

    /// Takes a name apart, or answers `nil` when it is none.
    init?(_ text: String) {
        var rest = Substring(text)
        var digest: String?
        if let at = rest.firstIndex(of: "@") {
            let part = rest[rest.index(after: at)...]
            guard Self.isDigest(part) else { return nil }
            digest = String(part)
            rest = rest[..<at]
        }
        var tag: String?
        let lastSlash = rest.lastIndex(of: "/") ?? rest.startIndex
        if let colon = rest[lastSlash...].lastIndex(of: ":") {
            let part = rest[rest.index(after: colon)...]
            guard Self.isTag(part) else { return nil }
            tag = String(part)
            rest = rest[..<colon]
        }
        guard !rest.isEmpty, rest.utf8.count <= Self.nameLengthMax else { return nil }

        var registry = Self.defaultRegistry
        var path = rest
        if let slash = rest.firstIndex(of: "/"), Self.looksLikeRegistry(rest[..<slash]) {
            guard Self.isRegistry(rest[..<slash]) else { return nil }
            registry = String(rest[..<slash]).lowercased()
            path = rest[rest.index(after: slash)...]
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy(Self.isPathComponent) else { return nil }
        if ["index.docker.io", "registry-1.docker.io"].contains(registry) { registry = Self.defaultRegistry }

        self.registry = registry
        repository = registry == Self.defaultRegistry && parts.count == 1 ? "library/\(path)" : String(path)
        self.tag = tag
        self.digest = digest
        writtenName = String(rest)
    }

    /// The first part of a name is a registry only when it cannot be a user's name.
    private static func looksLikeRegistry(_ part: Substring) -> Bool {
        part == "localhost" || part.contains { $0 == "." || $0 == ":" || $0.isUppercase }
    }

    private static func isRegistry(_ part: Substring) -> Bool {
        var host = part
        if let colon = part.lastIndex(of: ":"), !part.hasSuffix("]") {
            let port = part[part.index(after: colon)...]
            guard !port.isEmpty, port.utf8.allSatisfy(isDigit) else { return false }
            host = part[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.utf8.count > 2
                && host.dropFirst().dropLast().utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") }
        }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            label.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") } && !label.isEmpty
                && !label.hasPrefix("-") && !label.hasSuffix("-")
        }
    }

    /// Lower-case letters and digits, separated by a dot, one or two underscores, or dashes.
    private static func isPathComponent(_ part: Substring) -> Bool {
        var separator: [UInt8] = []
        var hasWord = false
        for byte in part.utf8 {
            if isLowercase(byte) || isDigit(byte) {
                guard separator.isEmpty || hasWord && isSeparator(separator) else { return false }
                separator = []
                hasWord = true
            } else {
                separator.append(byte)
            }
        }
        return hasWord && separator.isEmpty
    }

    private static func isSeparator(_ bytes: [UInt8]) -> Bool {
        bytes == Array(".".utf8) || bytes == Array("_".utf8) || bytes == Array("__".utf8)
            || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }

    private static func isTag(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, part.utf8.count <= 128 else { return false }
        return (isWord(first) || first == UInt8(ascii: "_"))
            && part.utf8.allSatisfy { isWord($0) || "_.-".utf8.contains($0) }
    }

    private static func isDigest(_ part: Substring) -> Bool {
        let halves = part.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, let first = halves[0].utf8.first, isWord(first), !isDigit(first) else { return false }
        return halves[0].utf8.allSatisfy { isWord($0) || "+._-".utf8.contains($0) }
            && halves[1].utf8.count >= 32 && halves[1].utf8.allSatisfy(isHexDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLowercase(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
