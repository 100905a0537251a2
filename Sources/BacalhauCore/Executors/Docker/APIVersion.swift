/// A version of the engine's interface, such as 1.41.
struct APIVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The oldest that has everything used here.
    static let oldest = APIVersion(major: 1, minor: 24)
    /// The newest that this was written for.
    static let newest = APIVersion(major: 1, minor: 43)

    let major: Int
    let minor: Int

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.init(major: major, minor: minor)
    }

    /// The version to speak with an engine, or `nil` when it is too old.
    ///
    /// An engine that no longer speaks ``newest`` gets its own oldest: what is used here has not changed since.
    static func agreed(engineNewest: APIVersion, engineOldest: APIVersion?) -> APIVersion? {
        guard engineNewest >= oldest else { return nil }
        return min(engineNewest, max(newest, engineOldest ?? newest))
    }

    var description: String { "\(major).\(minor)" }

    static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
