#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Files that are there whole or not at all, also after a loss of power.
public enum AtomicFile {
    /// Replaces the content of a file.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(FileError) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .system(action: "create", path: temporary, code: errno) }
        var failure = writeAll(bytes, to: descriptor, path: temporary)
        if failure == nil && fsync(descriptor) != 0 {
            failure = .system(action: "write", path: temporary, code: errno)
        }
        close(descriptor)
        if let failure {
            unlink(temporary)
            throw failure
        }
        try commit(temporary, to: path)
    }

    /// Gives a file that is complete and synchronised its final name. If that fails the file is removed.
    public static func commit(_ temporary: String, to path: String) throws(FileError) {
        if rename(temporary, path) != 0 {
            let code = errno
            unlink(temporary)
            throw .system(action: "rename to", path: path, code: code)
        }
        try synchronizeFolder(of: path)
    }

    /// Makes the name of a file as durable as its content.
    static func synchronizeFolder(of path: String) throws(FileError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(action: "open", path: folder, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(action: "write", path: folder, code: errno) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) -> FileError? {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                systemWrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return .system(action: "write", path: path, code: errno) }
            written += count
        }
        return nil
    }
}

/// The system's call, under a name that the type above does not have.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
