internal import BacalhauFiles
internal import CArchive

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Puts a folder into an archive, parents before children, names in ascending order.
struct ArchivePacker {
    /// How deep folders may be nested: each level is an open folder while it is packed.
    static let depthMax = 200

    private let writer: ArchiveWriter
    private let cancellation: BlockingWork.Cancellation
    private var budget: ArchiveBudget
    private var skipped = BoundedList()
    private var buffer = [UInt8](repeating: 0, count: 128 << 10)

    init(writer: ArchiveWriter, limits: ArchiveLimits, cancellation: BlockingWork.Cancellation) {
        self.writer = writer
        self.cancellation = cancellation
        budget = ArchiveBudget(limits)
    }

    /// Packs everything below `folder` and ends the archive.
    mutating func pack(_ folder: SafeDirectory) throws(ArchiveError) -> PackedArchive {
        guard let status = FileStatus(descriptor: folder.descriptor) else {
            throw .file(.system(action: "read", path: folder.path, code: errno))
        }
        // The unpacker of v1.4.0 makes its destination from this member.
        try add(FileName("."), status)
        try packContent(folder.descriptor, below: [], path: folder.path)
        let (bytes, sha256) = try writer.finish()
        return PackedArchive(bytes: bytes, sha256: sha256, entries: budget.entries, skipped: skipped.items)
    }

    private mutating func packContent(_ directory: Int32, below prefix: [UInt8], path: String) throws(ArchiveError) {
        guard prefix.split(separator: UInt8(ascii: "/")).count <= Self.depthMax else {
            throw .file(.tooDeep(path: path))
        }
        for name in try listed(directory, path) {
            if cancellation.isCancelled { throw .cancelled }
            guard let status = FileStatus(name, in: directory) else { throw .changed(path: "\(path)/\(name)") }
            try packEntry(name, status, in: directory, below: prefix, path: "\(path)/\(name)")
        }
    }

    private func listed(_ directory: Int32, _ path: String) throws(ArchiveError) -> [FileName] {
        do throws(FileError) { return try FileName.list(directory, path: path) } catch { throw .file(error) }
    }

    private mutating func packEntry(
        _ name: FileName, _ status: FileStatus, in directory: Int32, below prefix: [UInt8], path: String
    ) throws(ArchiveError) {
        let member = FileName(bytes: prefix + name.bytes)
        switch status.kind {
        case .directory:
            let inner = try open(name, in: directory, flags: O_DIRECTORY, path)
            defer { close(inner) }
            try add(member, status)
            try packContent(inner, below: member.bytes + [UInt8(ascii: "/")], path: path)
        case .file:
            let file = try open(name, in: directory, flags: 0, path)
            defer { close(file) }
            try packFile(file, member, path)
        case .link: try packLink(name, status, in: directory, member, path)
        case .other: skipped.add(member.description)
        }
    }

    private func open(_ name: FileName, in directory: Int32, flags: Int32, _ path: String) throws(ArchiveError) -> Int32
    {
        let descriptor = name.withCString {
            openat(directory, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags)
        }
        guard descriptor >= 0 else { throw .file(.system(action: "open", path: path, code: errno)) }
        return descriptor
    }

    private mutating func packFile(_ file: Int32, _ member: FileName, _ path: String) throws(ArchiveError) {
        guard let status = FileStatus(descriptor: file), status.kind == .file else { throw .changed(path: path) }
        try budget.checkFile(status.size, member.description)
        budget.addFile(status.size)
        try add(member, status)
        var missing = status.size
        while missing > 0 {
            if cancellation.isCancelled { throw .cancelled }
            let count = read(file, &buffer, Int(min(missing, UInt64(buffer.count))))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .file(.system(action: "read", path: path, code: errno)) }
            guard count > 0 else { throw .changed(path: path) }
            try append(count)
            missing -= UInt64(count)
        }
    }

    private func append(_ count: Int) throws(ArchiveError) {
        var failure: ArchiveError?
        buffer.withUnsafeBytes { bytes in
            do throws(ArchiveError) { try writer.append(UnsafeRawBufferPointer(rebasing: bytes[..<count])) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private mutating func packLink(
        _ name: FileName, _ status: FileStatus, in directory: Int32, _ member: FileName, _ path: String
    ) throws(ArchiveError) {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = name.withCString { readlinkat(directory, $0, &target, target.count - 1) }
        guard length > 0 else { throw .changed(path: path) }
        try add(member, status, linkTarget: target)
    }

    private mutating func add(_ member: FileName, _ status: FileStatus, linkTarget: [CChar]? = nil) throws(ArchiveError)
    {
        try budget.addEntry()
        guard let entry = ArchiveEntry() else {
            throw .file(.system(action: "pack", path: member.description, code: ENOMEM))
        }
        member.withCString { archive_entry_set_pathname(entry.handle, $0) }
        // The owner on this machine means nothing elsewhere; set-user-ID bits are dropped with it.
        archive_entry_set_perm(entry.handle, mode_t(status.mode & 0o777))
        archive_entry_set_mtime(entry.handle, time_t(status.modified / 1_000_000_000), 0)
        switch status.kind {
        case .directory: archive_entry_set_filetype(entry.handle, 0o040000)
        case .link:
            archive_entry_set_filetype(entry.handle, 0o120000)
            linkTarget?.withUnsafeBufferPointer { archive_entry_set_symlink(entry.handle, $0.baseAddress) }
        case .file, .other:
            archive_entry_set_filetype(entry.handle, 0o100000)
            archive_entry_set_size(entry.handle, la_int64_t(clamping: status.size))
        }
        try writer.add(entry)
    }
}
