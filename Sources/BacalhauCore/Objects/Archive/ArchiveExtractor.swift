internal import BacalhauFiles

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Unpacks an archive below an open folder. Nothing in the archive can reach outside of it.
struct ArchiveExtractor {
    private let reader: ArchiveReader
    private let folder: SafeDirectory
    private let selection: CheckedPath?
    private let limits: ArchiveLimits
    private let cancellation: BlockingWork.Cancellation
    private var budget: ArchiveBudget
    private var made = 0
    private var skipped = BoundedList()

    init(
        reader: ArchiveReader, folder: SafeDirectory, selection: CheckedPath?, limits: ArchiveLimits,
        cancellation: BlockingWork.Cancellation
    ) {
        self.reader = reader
        self.folder = folder
        self.selection = selection
        self.limits = limits
        self.cancellation = cancellation
        budget = ArchiveBudget(limits)
    }

    mutating func extract() throws(ArchiveError) -> UnpackedArchive {
        while let member = try reader.next() {
            if cancellation.isCancelled { throw .cancelled }
            try budget.addEntry()
            let path = try checked(member.name, of: member)
            guard isSelected(path) else { continue }
            do throws(FileError) {
                try make(member, at: path)
            } catch {
                throw .file(error)
            }
            try fill(member, at: path)
        }
        return UnpackedArchive(entries: made, bytes: budget.bytes, skipped: skipped.items)
    }

    private func checked(_ name: String, of member: ArchiveReader.Member) throws(ArchiveError) -> CheckedPath {
        do throws(PathError) {
            return try CheckedPath(name, allowsFolderItself: true)
        } catch {
            throw .unsafeMember(name: member.name, reason: error.description)
        }
    }

    private func isSelected(_ path: CheckedPath) -> Bool {
        guard let selection else { return true }
        return path.components.starts(with: selection.components)
    }

    /// Makes everything but the content of files.
    private mutating func make(_ member: ArchiveReader.Member, at path: CheckedPath) throws(FileError) {
        switch member.kind {
        case .directory: try folder.makeDirectory(path, mode: member.mode | 0o700)
        case .file, .link, .hardLink: try folder.makeDirectory(path.parent)
        case .other:
            skipped.add(path.description)
            return
        }
        made += 1
    }

    private mutating func fill(_ member: ArchiveReader.Member, at path: CheckedPath) throws(ArchiveError) {
        switch member.kind {
        case .directory, .other: return
        case .file: try writeFile(member, at: path)
        case .link(let target): try makeLink(member, at: path, to: target)
        case .hardLink(let target): try makeHardLink(member, at: path, to: target)
        }
    }

    private mutating func writeFile(_ member: ArchiveReader.Member, at path: CheckedPath) throws(ArchiveError) {
        try budget.checkFile(member.size, member.name)
        let file = try create(path, mode: member.mode | 0o600)
        defer { close(file) }
        var end: UInt64 = 0
        while let block = try reader.nextBlock() {
            if cancellation.isCancelled { throw .cancelled }
            let (blockEnd, isTooFar) = block.offset.addingReportingOverflow(UInt64(block.bytes.count))
            guard !isTooFar, blockEnd >= end else { throw .damaged("\(member.name) is out of order") }
            end = blockEnd
            try budget.checkFile(end, member.name)
            try write(block, to: file, path)
        }
        // A sparse file may end in a hole.
        if member.size > end && ftruncate(file, off_t(clamping: member.size)) != 0 {
            throw .file(.system(action: "write", path: folder.path + "/\(path)", code: errno))
        }
        budget.addFile(max(end, member.size))
        _ = [member.modified, member.modified].withUnsafeBufferPointer { futimens(file, $0.baseAddress) }
    }

    /// Makes a file that was not there before: an older one, or a link, with that name goes away first.
    private func create(_ path: CheckedPath, mode: UInt32) throws(ArchiveError) -> Int32 {
        do throws(FileError) {
            try folder.remove(path)
            return try folder.open(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
        } catch {
            throw .file(error)
        }
    }

    private func write(_ block: ArchiveReader.Block, to file: Int32, _ path: CheckedPath) throws(ArchiveError) {
        var written = 0
        while written < block.bytes.count {
            let count = pwrite(
                file, block.bytes.baseAddress.map { $0 + written }, block.bytes.count - written,
                off_t(block.offset) + off_t(written))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw .file(.system(action: "write", path: folder.path + "/\(path)", code: errno))
            }
            written += count
        }
    }

    private func makeLink(
        _ member: ArchiveReader.Member, at path: CheckedPath, to target: String
    ) throws(ArchiveError) {
        guard Self.staysInside(target, depth: path.components.count - 1) else {
            throw .unsafeMember(
                name: member.name, reason: "its link target \(target.debugDescription) may lead out of the folder")
        }
        do throws(FileError) {
            try folder.remove(path)
            try folder.makeLink(path, to: target)
        } catch {
            throw .file(error)
        }
    }

    /// Whether following a link from a folder that lies `depth` below the root cannot leave the root.
    ///
    /// Steps up are taken only at the beginning, where they start from real folders: behind a name that may itself be
    /// a link, a step up could lead anywhere. So any chain of accepted links stays inside.
    static func staysInside(_ target: String, depth: Int) -> Bool {
        guard !target.isEmpty, !target.hasPrefix("/"), !target.utf8.contains(0) else { return false }
        let parts = target.split(separator: "/").filter { $0 != "." }
        let stepsUp = parts.prefix { $0 == ".." }.count
        return stepsUp <= max(depth, 0) && !parts.dropFirst(stepsUp).contains("..")
    }

    private func makeHardLink(
        _ member: ArchiveReader.Member, at path: CheckedPath, to target: String
    ) throws(ArchiveError) {
        let source = try checked(target, of: member)
        guard source != path else { return }
        do throws(FileError) {
            let from = try folder.directory(source.parent)
            let to = try folder.directory(path.parent)
            // A symbolic link must not be moved to another depth, where it would lead elsewhere.
            guard FileStatus(FileName(source.name), in: from.descriptor)?.kind == .file else {
                throw .system(action: "link to", path: "\(folder.path)/\(source)", code: EINVAL)
            }
            try folder.remove(path)
            guard linkat(from.descriptor, source.name, to.descriptor, path.name, 0) == 0 else {
                throw .system(action: "link", path: "\(folder.path)/\(path)", code: errno)
            }
        } catch {
            throw .file(error)
        }
    }
}
