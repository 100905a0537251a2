public import BacalhauFiles

/// Why an archive could not be written or unpacked.
public enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file or folder on this machine could not be read or written.
    case file(FileError)
    /// The archive itself is wrong: not a tar.gz, cut off, damaged.
    case damaged(String)
    /// A member has a name, or a link a target, that leads out of the folder.
    case unsafeMember(name: String, reason: String)
    /// The archive, or what is to be packed, is larger than allowed.
    case limitExceeded(String)
    /// A file changed while it was being packed.
    case changed(path: String)
    /// The work was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .file(let error): error.description
        case .damaged(let detail): "the archive is not a readable tar.gz: \(detail)"
        case .unsafeMember(let name, let reason): "the archive member \(name.debugDescription) is refused: \(reason)"
        case .limitExceeded(let detail): "the archive is too large: \(detail)"
        case .changed(let path): "\(path) changed while it was being packed"
        case .cancelled: "cancelled"
        }
    }
}

/// What an archive may contain; checked while it is read or written.
public struct ArchiveLimits: Hashable, Sendable {
    /// Files, folders and links together.
    public var entriesMax: Int
    /// Bytes of one file when unpacked.
    public var fileBytesMax: UInt64
    /// Bytes of all files when unpacked.
    public var totalBytesMax: UInt64

    /// Makes limits; by default a million entries and 100 GiB in all.
    public init(
        entriesMax: Int = 1_000_000, fileBytesMax: UInt64 = 100 << 30, totalBytesMax: UInt64 = 100 << 30
    ) {
        self.entriesMax = entriesMax
        self.fileBytesMax = fileBytesMax
        self.totalBytesMax = totalBytesMax
    }
}

/// Counts what went through an archive and holds it to the limits.
struct ArchiveBudget {
    private let limits: ArchiveLimits
    private(set) var entries = 0
    private(set) var bytes: UInt64 = 0

    init(_ limits: ArchiveLimits) { self.limits = limits }

    mutating func addEntry() throws(ArchiveError) {
        entries += 1
        guard entries <= limits.entriesMax else {
            throw .limitExceeded("more than \(limits.entriesMax) entries")
        }
    }

    mutating func checkFile(_ size: UInt64, _ name: String) throws(ArchiveError) {
        guard size <= limits.fileBytesMax else {
            throw .limitExceeded("\(name.debugDescription) has more than \(limits.fileBytesMax) bytes")
        }
        guard size <= limits.totalBytesMax, bytes <= limits.totalBytesMax - size else {
            throw .limitExceeded("more than \(limits.totalBytesMax) bytes in all")
        }
    }

    mutating func addFile(_ size: UInt64) { bytes += size }
}

/// An archive that was written.
public struct PackedArchive: Hashable, Sendable {
    /// Length of the archive.
    public var bytes: UInt64
    /// Digest of the archive in lower-case hexadecimal digits.
    public var sha256: String
    /// Files, folders and links in it, with the folder itself.
    public var entries: Int
    /// What could not be packed (sockets, pipes, devices), by path below the folder; the first 100.
    public var skipped: [String]
}

/// What came out of an archive.
public struct UnpackedArchive: Hashable, Sendable {
    /// Files, folders and links that were made.
    public var entries: Int
    /// Bytes of all files.
    public var bytes: UInt64
    /// Members of a kind that is never unpacked (devices, pipes), by name; the first 100.
    public var skipped: [String]
}

/// A list that stops growing.
struct BoundedList {
    private(set) var items: [String] = []

    mutating func add(_ item: String) {
        if items.count < 100 { items.append(item) }
    }
}
