#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// What kind of thing a name stands for, and its measures. Links are not followed unless asked for.
public struct FileStatus: Hashable, Sendable {
    /// What a directory entry can be.
    public enum Kind: Hashable, Sendable {
        /// `link` is a symbolic link; `other` are sockets, pipes and devices.
        case file, directory, link, other
    }

    /// What the name stands for; never `link` when links were followed.
    public let kind: Kind
    /// Length in bytes.
    public let size: UInt64
    /// Bytes that it takes on the disk.
    public let allocated: UInt64
    /// Permission bits.
    public let mode: UInt32
    /// When the content was last changed, in nanoseconds since 1970.
    public let modified: Int64
    /// Tells files apart, together with `device`.
    public let inode: UInt64
    /// The file system that holds the file; `inode` counts within it.
    public let device: UInt64
    /// How many names the file has.
    public let linkCount: UInt64

    /// Looks at a path; `nil` with `errno` set when there is nothing to see.
    public init?(_ path: String, followsLinks: Bool = false) {
        var status = stat()
        guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at an open file.
    public init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at a name in an open folder, never following a link.
    public init?(_ name: FileName, in directory: Int32) {
        var status = stat()
        guard name.withCString({ fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & 0o170000 {
            case 0o100000: .file
            case 0o040000: .directory
            case 0o120000: .link
            default: .other
            }
        size = UInt64(clamping: status.st_size)
        allocated = UInt64(clamping: status.st_blocks) * 512
        mode = status.st_mode & 0o7777
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        modified = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        inode = UInt64(status.st_ino)
        device = UInt64(status.st_dev)
        linkCount = UInt64(status.st_nlink)
    }
}

/// The name of a directory entry as the bytes it has on the disk, which need not be UTF-8.
public struct FileName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Without a terminating NUL.
    public let bytes: [UInt8]

    /// Takes the bytes as they are, unchecked; a NUL would cut the name short in C functions.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Takes the UTF-8 form of `text`, unchecked.
    public init(_ text: String) { bytes = Array(text.utf8) }

    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// In the order of the bytes.
    public static func < (left: FileName, right: FileName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// Passes the name to a C function.
    public func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var terminated = bytes.map { CChar(bitPattern: $0) }
        terminated.append(0)
        return terminated.withUnsafeBufferPointer { buffer in
            // The array has at least its NUL, so there is an address.
            withUnsafePointer(to: 0 as CChar) { empty in body(buffer.baseAddress ?? empty) }
        }
    }

    /// The names in an open folder in ascending order, without `.` and `..`.
    public static func list(_ directory: Int32, path: String) throws(FileError) -> [FileName] {
        // Closing the stream closes its descriptor, and reading moves its position: it gets one of its own.
        let own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else {
            if own >= 0 { close(own) }
            throw .system(action: "list", path: path, code: errno)
        }
        defer { closedir(stream) }
        var names: [FileName] = []
        errno = 0
        while let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes != [0x2e] && bytes != [0x2e, 0x2e] { names.append(FileName(bytes: bytes)) }
            errno = 0
        }
        guard errno == 0 else { throw .system(action: "list", path: path, code: errno) }
        return names.sorted()
    }
}
