/// The version that a client says it has.
struct ClientVersion: Comparable, Sendable {
    let major: Int
    let minor: Int
    let patch: Int
    /// Whether something like `-rc1` follows, which puts it before the plain version.
    let isPrerelease: Bool

    static let minimum = ClientVersion(major: 1, minor: 4, patch: 0, isPrerelease: false)

    init(major: Int, minor: Int, patch: Int, isPrerelease: Bool) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.isPrerelease = isPrerelease
    }

    /// Reads `v1.4.0`, `1.4`, `v1.5.0-rc1`; `nil` for anything else.
    init?(_ text: String) {
        var rest = Substring(text)
        if rest.hasPrefix("v") { rest.removeFirst() }
        let withoutBuild = rest.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let parts = withoutBuild.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...3).contains(numbers.count), !numbers.contains(where: { $0 == nil || $0 ?? 0 < 0 }) else {
            return nil
        }
        let padded = numbers.compactMap { $0 } + [0, 0]
        self.init(major: padded[0], minor: padded[1], patch: padded[2], isPrerelease: parts.count > 1)
    }

    private static let developmentTexts = ["v0.0.0-xxxxxxx", "v0.0.0", "0.0.0"]

    /// Whether the text stands for a build from source, which is never too old.
    static func isDevelopment(_ text: String) -> Bool {
        text.isEmpty || developmentTexts.contains(text)
    }

    static func < (left: ClientVersion, right: ClientVersion) -> Bool {
        let numbers = (left.major, left.minor, left.patch)
        let others = (right.major, right.minor, right.patch)
        return numbers == others ? left.isPrerelease && !right.isPrerelease : numbers < others
    }
}
