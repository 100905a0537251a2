internal import CLinux

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// An open folder. What is done below it cannot be led outside by links or by renaming what lies above it.
///
/// Owns a descriptor, which is closed with the last use of the object. Safe to use from many threads.
public final class SafeDirectory: Sendable {
    /// Where the folder was when it was opened; for messages.
    public let path: String
    /// The open folder, for calls that take one. It stays this object's to close.
    public let descriptor: Int32

    /// Opens a folder that is trusted, following links.
    public init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = systemOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(action: "open", path: path, code: errno) }
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Opens a file or folder below this one, following no link at all.
    ///
    /// - Parameters:
    ///   - below: the path from here.
    ///   - flags: those of `open`; close-on-exec is added.
    ///   - mode: of a file that is made.
    /// - Returns: a descriptor that is the caller's to close.
    public func open(_ below: CheckedPath, flags: Int32, mode: UInt32 = 0) throws(FileError) -> Int32 {
        let flags = flags | O_CLOEXEC
        let makes = flags & O_CREAT != 0
        let result = bac_open_beneath(descriptor, below.description, flags, makes ? mode : 0)
        if result >= 0 { return result }
        switch errno {
        case ELOOP, EXDEV: throw .leadsThroughLink(path: full(below))
        case ENOSYS, EPERM: return try walk(below, flags: flags, mode: mode)
        default: throw .system(action: makes ? "create" : "open", path: full(below), code: errno)
        }
    }

    /// Opens component by component, for kernels and sandboxes without `openat2`.
    func walk(_ below: CheckedPath, flags: Int32, mode: UInt32) throws(FileError) -> Int32 {
        var current = dup(descriptor)
        for (index, component) in below.components.enumerated() {
            let isLast = index == below.components.count - 1
            let next = openat(
                current, component, (isLast ? flags : O_RDONLY | O_DIRECTORY | O_CLOEXEC) | O_NOFOLLOW, mode)
            let code = errno
            close(current)
            guard next >= 0 else {
                // A link where a folder is wanted is reported as "not a folder" by some kernels.
                if code == ELOOP || code == ENOTDIR && isLink(below) { throw .leadsThroughLink(path: full(below)) }
                throw .system(action: "open", path: full(below), code: code)
            }
            current = next
        }
        return current
    }

    private func isLink(_ below: CheckedPath) -> Bool {
        var path = path
        for component in below.components {
            path += "/\(component)"
            if FileStatus(path)?.kind == .link { return true }
        }
        return false
    }

    /// Opens a folder below this one.
    public func directory(_ below: CheckedPath) throws(FileError) -> SafeDirectory {
        SafeDirectory(path: full(below), descriptor: try open(below, flags: O_RDONLY | O_DIRECTORY))
    }

    /// Makes a folder, and those above it that are missing. One that is there already stays as it is.
    @discardableResult
    public func makeDirectory(_ below: CheckedPath, mode: UInt32 = 0o755) throws(FileError) -> SafeDirectory {
        var current = self
        for component in below.components {
            if mkdirat(current.descriptor, component, mode) != 0 && errno != EEXIST {
                throw .system(action: "create folder", path: full(below), code: errno)
            }
            let next = openat(current.descriptor, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else {
                let isLink = errno == ELOOP || errno == ENOTDIR && isLink(below)
                throw isLink
                    ? .leadsThroughLink(path: full(below))
                    : .system(action: "open", path: full(below), code: errno)
            }
            current = SafeDirectory(path: "\(current.path)/\(component)", descriptor: next)
        }
        return current
    }

    /// Removes a file or link, or an empty folder. One that is not there counts as removed.
    public func remove(_ below: CheckedPath) throws(FileError) {
        guard !below.components.isEmpty else { throw .path(.empty) }
        let parent = try directory(below.parent)
        if unlinkat(parent.descriptor, below.name, 0) == 0 || errno == ENOENT { return }
        if errno == EISDIR && unlinkat(parent.descriptor, below.name, AT_REMOVEDIR) == 0 { return }
        throw .system(action: "remove", path: full(below), code: errno)
    }

    /// Makes a symbolic link. The target is not looked at.
    public func makeLink(_ below: CheckedPath, to target: String) throws(FileError) {
        let parent = try directory(below.parent)
        if symlinkat(target, parent.descriptor, below.name) == 0 { return }
        throw .system(action: "create link", path: full(below), code: errno)
    }

    func full(_ below: CheckedPath) -> String { "\(path)/\(below)" }
}

/// The system's call, under a name that the type above does not have.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 { open(path, flags, mode) }
