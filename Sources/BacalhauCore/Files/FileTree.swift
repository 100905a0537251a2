#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Work on whole folders that others filled. Links are never followed.
public enum FileTree {
    /// How many folders are open at once while a tree is walked.
    private static let openMax = 64

    /// What a folder takes.
    public struct Usage: Hashable, Sendable {
        /// Bytes on the disk; a file with several names counts once.
        public var bytes: UInt64 = 0
        /// Files, folders and everything else below it.
        public var entries: UInt64 = 0
    }

    /// Removes a file, link or folder with everything in it. What is not there counts as removed.
    ///
    /// - Throws: the first thing that could not be removed; the rest is removed as far as possible.
    public static func remove(_ path: String) throws(FileError) {
        guard let status = FileStatus(path) else {
            if errno == ENOENT { return }
            throw .system(action: "remove", path: path, code: errno)
        }
        guard status.kind == .directory else {
            if unlink(path) == 0 || errno == ENOENT { return }
            throw .system(action: "remove", path: path, code: errno)
        }
        try empty(path)
        if rmdir(path) == 0 || errno == ENOENT { return }
        throw .system(action: "remove", path: path, code: errno)
    }

    /// Removes everything in a folder and leaves the folder.
    public static func empty(_ path: String) throws(FileError) {
        let root = systemOpen(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard root >= 0 else { throw .system(action: "open", path: path, code: errno) }
        defer { close(root) }
        var removal = Removal(root: root, path: path)
        // Folders that lie too deep are moved up and removed in the next round.
        repeat {
            removal.moved = false
            removal.empty(root, path, depth: 0)
        } while removal.moved && removal.failure == nil
        if let failure = removal.failure { throw failure }
    }

    /// Measures a file or a folder with everything below it.
    public static func usage(_ path: String, cancellation: BlockingWork.Cancellation? = nil) throws(FileError) -> Usage
    {
        guard let status = FileStatus(path) else { throw .system(action: "read", path: path, code: errno) }
        guard status.kind == .directory else { return Usage(bytes: status.allocated, entries: 0) }
        let root = try SafeDirectory(path)
        var measure = Measure(cancellation: cancellation)
        // Paths instead of open folders: their number and depth are not ours to choose.
        var waiting: [[FileName]] = [[]]
        while let folder = waiting.popLast() {
            if cancellation?.isCancelled == true { throw .cancelled }
            guard let descriptor = Self.open(folder, below: root) else { continue }
            defer { close(descriptor) }
            for name in try FileName.list(descriptor, path: path) {
                guard let status = FileStatus(name, in: descriptor) else { continue }
                measure.add(status)
                if status.kind == .directory { waiting.append(folder + [name]) }
            }
        }
        return measure.usage
    }

    /// Follows names below a folder; `nil` when something changed under way.
    private static func open(_ names: [FileName], below root: SafeDirectory) -> Int32? {
        var current = dup(root.descriptor)
        for name in names {
            let next = name.withCString { openat(current, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            close(current)
            guard next >= 0 else { return nil }
            current = next
        }
        return current
    }

    private struct Measure {
        let cancellation: BlockingWork.Cancellation?
        var usage = Usage()
        private var seen: Set<[UInt64]> = []

        init(cancellation: BlockingWork.Cancellation?) { self.cancellation = cancellation }

        mutating func add(_ status: FileStatus) {
            usage.entries += 1
            let isFirst =
                status.linkCount < 2 || status.kind == .directory
                || seen.insert([status.device, status.inode]).inserted
            if isFirst { usage.bytes += status.allocated }
        }
    }

    private struct Removal {
        let root: Int32
        let path: String
        var failure: FileError?
        var moved = false
        private var movedCount = 0

        init(root: Int32, path: String) {
            self.root = root
            self.path = path
        }

        mutating func empty(_ directory: Int32, _ path: String, depth: Int) {
            let names: [FileName]
            do throws(FileError) {
                names = try FileName.list(directory, path: path)
            } catch {
                failure = failure ?? error
                return
            }
            for name in names {
                if name.withCString({ unlinkat(directory, $0, 0) }) == 0 || errno == ENOENT { continue }
                guard errno == EISDIR || errno == EPERM else {
                    fail(errno, "\(path)/\(name)")
                    continue
                }
                removeFolder(name, in: directory, "\(path)/\(name)", depth: depth)
            }
        }

        private mutating func removeFolder(_ name: FileName, in directory: Int32, _ path: String, depth: Int) {
            if depth >= openMax {
                moveUp(name, from: directory, path)
                return
            }
            // What a workload made may be closed to its owner.
            _ = name.withCString { fchmodat(directory, $0, 0o700, AT_SYMLINK_NOFOLLOW) }
            let folder = name.withCString { openat(directory, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            guard folder >= 0 else { return fail(errno, path) }
            _ = fchmod(folder, 0o700)
            empty(folder, path, depth: depth + 1)
            close(folder)
            if name.withCString({ unlinkat(directory, $0, AT_REMOVEDIR) }) == 0 || errno == ENOENT { return }
            // Not empty: something in it was moved up or has failed already.
            if errno != ENOTEMPTY || !moved { fail(errno, path) }
        }

        private mutating func moveUp(_ name: FileName, from directory: Int32, _ path: String) {
            moved = true
            repeat {
                movedCount += 1
                let target = ".removed-\(movedCount)"
                let code = name.withCString { renameat(directory, $0, root, target) } == 0 ? 0 : errno
                if code == 0 { return }
                guard code == EEXIST || code == ENOTEMPTY || code == ENOTDIR else { return fail(code, path) }
            } while true
        }

        private mutating func fail(_ code: Int32, _ path: String) {
            failure = failure ?? .system(action: "remove", path: path, code: code)
        }
    }
}

/// The system's call, under a name that the type above does not have.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 { open(path, flags, mode) }
