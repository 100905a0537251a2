internal import BacalhauFiles
public import BacalhauModel
internal import Glibc

/// Files and folders of the node itself, mounted where they are.
///
/// Only what the operator listed; links and `..` are resolved before a path is compared with the list, and the
/// resolved path is what gets mounted.
public struct LocalDirectoryStorage: StorageProvider {
    /// `localdirectory`, and `local` for short.
    public let sourceTypes = ["localdirectory", "local"]
    /// `true`: the files are on this machine.
    public let servesLocalData = true
    private let allowed: AllowedPaths

    /// Serves the paths in `allowed`; an empty list allows none.
    public init(allowed: AllowedPaths) { self.allowed = allowed }

    /// Unavailable while the list is empty.
    public func availability() async -> Availability {
        guard allowed.isEmpty else { return .available }
        return .unavailable(reason: "no local paths are allowed on this node", hint: Self.hint("/path"))
    }

    /// Looks whether the path is there and allowed.
    ///
    /// - Returns: 0, as nothing is copied.
    public func check(_ source: Source) async throws(StorageError) -> UInt64 {
        _ = try await resolve(source)
        return 0
    }

    /// Resolves the path anew and gives out where it leads; nothing is copied, and `bytesMax` does not count.
    ///
    /// Writable only when the job asks for it with `ReadWrite`, and a `:rw` entry of the list allows it.
    public func prepare(
        _ input: InputSource, in directory: String, bytesMax: UInt64
    ) async throws(StorageError) -> PreparedInput {
        if Task.isCancelled { throw .cancelled }
        guard let source = input.source else { throw .rejected(reason: "the input has no source", hint: "") }
        let place = try await resolve(source)
        return PreparedInput(
            source: input, hostPath: place.path, target: input.target, isDirectory: place.isDirectory,
            isReadOnly: !place.isWritable)
    }

    /// Nothing to do: the files are the operator's.
    public func cleanUp(_ input: PreparedInput) async {}

    private struct Place: Sendable {
        var path: String
        var isDirectory: Bool
        var isWritable: Bool
    }

    private func resolve(_ source: Source) async throws(StorageError) -> Place {
        let parameters = SourceParameters(source)
        let path = try parameters.requiredText("SourcePath", hint: "Name a file or folder of the node.")
        let isWritable = try parameters.flag("ReadWrite")
        guard path.hasPrefix("/") else {
            throw parameters.wrong("SourcePath", "must be an absolute path, not \(path.debugDescription)")
        }
        guard !path.utf8.contains(0), path.utf8.count < Int(PATH_MAX) else {
            throw parameters.wrong("SourcePath", "is not a path")
        }
        return try await BlockingWork.run { [allowed] _ throws(StorageError) in
            try Self.find(path, isWritable: isWritable, allowed)
        }
    }

    private static func find(_ path: String, isWritable: Bool, _ allowed: AllowedPaths) throws(StorageError) -> Place {
        guard let real = realPath(path) else {
            let reason = describe(systemError: errno)
            // What lies outside of the list must not be probed: whether it exists is nobody's business.
            guard allowed.allows(withoutDots(path), forWriting: isWritable) else { throw refusal(path, isWritable) }
            throw .rejected(
                reason: "the local path \(path) cannot be used: \(reason)",
                hint: "Make it on the node, or name another.")
        }
        guard allowed.allows(real, forWriting: isWritable) else { throw refusal(path, isWritable) }
        guard let status = FileStatus(real), status.kind == .file || status.kind == .directory else {
            throw .rejected(reason: "the local path \(path) is neither a file nor a folder", hint: "")
        }
        return Place(path: real, isDirectory: status.kind == .directory, isWritable: isWritable)
    }

    /// The path with `.` and `..` taken out as text.
    private static func withoutDots(_ path: String) -> String {
        var components: [Substring] = []
        for component in path.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return "/" + components.joined(separator: "/")
    }

    private static func refusal(_ path: String, _ isWritable: Bool) -> StorageError {
        .rejected(
            reason: "the local path \(path) is not one that jobs may \(isWritable ? "write to" : "read") on this node: "
                + "Node.AllowListedLocalPaths does not list it, or it leads elsewhere through a link",
            hint: hint(isWritable ? "\(path):rw" : path))
    }

    private static func hint(_ entry: String) -> String {
        "The node's operator can allow it with --allow-listed-local-paths '\(entry)'."
    }
}
