internal import Glibc

/// The folders of this machine that jobs may mount, as an operator lists them.
public struct AllowedPaths: Hashable, Sendable {
    private let entries: [Entry]

    private struct Entry: Hashable, Sendable {
        var pattern: PathPattern
        /// The pattern's components up to the first special character, and the rest.
        var plainPrefix: String
        var rest: String
        var allowsWriting: Bool

        /// Matches with the beginning of the pattern resolved: an operator who lists a folder by way of a link means
        /// where the link leads.
        func resolvedMatches(_ path: String) -> Bool {
            guard !plainPrefix.isEmpty, let real = realPath(plainPrefix), real != plainPrefix else { return false }
            let plain = PathPattern.escaped(real == "/" ? "" : real)
            return PathPattern(rest.isEmpty ? plain : "\(plain)/\(rest)")?.matches(path) ?? false
        }
    }

    /// Reads a list of entries of the form `<pattern>[:ro|:rw]`; without a suffix, reading only is allowed.
    ///
    /// - Throws: `.rejected` for an entry that is not an absolute path or whose brackets do not close.
    public init(_ entries: [String]) throws(StorageError) {
        var read: [Entry] = []
        for text in entries { read.append(try Self.entry(text)) }
        self.entries = read
    }

    /// Whether nothing at all is allowed.
    public var isEmpty: Bool { entries.isEmpty }

    private static func entry(_ text: String) throws(StorageError) -> Entry {
        let allowsWriting = text.hasSuffix(":rw")
        let path = allowsWriting || text.hasSuffix(":ro") ? String(text.dropLast(3)) : text
        guard let pattern = PathPattern(path), path.hasPrefix("/") || path.hasPrefix("*") else {
            throw .rejected(
                reason: "\(text.debugDescription) in the list of local paths is not a pattern of absolute paths",
                hint: "Write an absolute path, as in /data/* or /data/**:rw, and close brackets and braces.")
        }
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        let plain = components.prefix { !$0.contains { "*?[]{}\\".contains($0) } }
        return Entry(
            pattern: pattern, plainPrefix: plain.joined(separator: "/"),
            rest: components.dropFirst(plain.count).joined(separator: "/"), allowsWriting: allowsWriting)
    }

    /// Whether a path that contains no links and no `..` may be mounted.
    ///
    /// - Parameters:
    ///   - resolved: the path.
    ///   - forWriting: only entries with `:rw` count then.
    public func allows(_ resolved: String, forWriting: Bool) -> Bool {
        entries.contains { entry in
            guard entry.allowsWriting || !forWriting else { return false }
            return entry.pattern.matches(resolved) || entry.resolvedMatches(resolved)
        }
    }
}

/// The path without links, `.` and `..`; `nil` with `errno` when it cannot be followed.
func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}
