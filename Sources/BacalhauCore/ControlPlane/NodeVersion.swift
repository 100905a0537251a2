/// Which nodes speak a version that can be worked with.
enum NodeVersion {
    /// The oldest version that v1.4.0 gives work to.
    static let least = "v1.0.4"
    /// What builds without a version call themselves.
    private static let development = "v0.0.0-xxxxxxx"

    /// Whether a node of this version can be given work. One that does not say its version can, and so can any that
    /// says something that is no version.
    static func isCompatible(_ version: String) -> Bool {
        guard version != development, let own = numbers(version), let needed = numbers(least) else { return true }
        return !own.lexicographicallyPrecedes(needed)
    }

    /// Major, minor and patch of `v1.4.0-rc1`.
    private static func numbers(_ version: String) -> [Int]? {
        guard version.hasPrefix("v") else { return nil }
        let core = version.dropFirst().prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3 else { return nil }
        let known = parts.compactMap { $0 }
        return known.count == 3 ? known : nil
    }
}
