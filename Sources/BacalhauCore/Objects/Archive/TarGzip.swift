public import BacalhauFiles

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Archives of folders: tar in gzip, as results and inline inputs travel.
///
/// The work runs on threads that may block; cancelling the task ends it soon.
public enum TarGzip {
    /// Packs a folder into a new file, which is complete on the disk when this returns.
    ///
    /// Names are relative, in ascending order, parents before their children, the folder itself first. Links stay
    /// links; files with several names are packed with each of them; sockets, pipes and devices are left out.
    /// After an error there is no file.
    public static func pack(
        _ directory: String, to path: String, limits: ArchiveLimits = ArchiveLimits()
    ) async throws(ArchiveError) -> PackedArchive {
        try await BlockingWork.run { cancellation throws(ArchiveError) in
            let folder = try open(directory)
            let descriptor = systemOpen(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .file(.system(action: "create", path: path, code: errno)) }
            var isComplete = false
            defer { if !isComplete { unlink(path) } }
            let packed: PackedArchive
            do throws(ArchiveError) {
                packed = try pack(folder, to: descriptor, path, limits, cancellation)
            } catch {
                close(descriptor)
                throw error
            }
            // Only now is it known that everything reached the disk.
            let isSynchronized = fsync(descriptor) == 0
            guard close(descriptor) == 0, isSynchronized else {
                throw .file(.system(action: "write", path: path, code: errno))
            }
            isComplete = true
            return packed
        }
    }

    private static func pack(
        _ folder: SafeDirectory, to descriptor: Int32, _ path: String, _ limits: ArchiveLimits,
        _ cancellation: BlockingWork.Cancellation
    ) throws(ArchiveError) -> PackedArchive {
        try ArchiveLocale.run { () throws(ArchiveError) in
            let writer = try ArchiveWriter(descriptor: descriptor, path: path, cancellation: cancellation)
            var packer = ArchivePacker(writer: writer, limits: limits, cancellation: cancellation)
            return try packer.pack(folder)
        }
    }

    /// Unpacks a file into a folder that exists.
    ///
    /// Names and links that lead out of the folder are an error; devices and pipes are left out; owners and
    /// set-user-ID bits are not restored. Parents that the archive does not mention are made. After an error the folder
    /// holds what was unpacked so far.
    ///
    /// - Parameters:
    ///   - path: the archive.
    ///   - directory: the folder to unpack into.
    ///   - limits: how much may be unpacked.
    ///   - selection: unpacks only this member and what lies below it.
    public static func unpack(
        _ path: String, into directory: String, limits: ArchiveLimits = ArchiveLimits(),
        selecting selection: CheckedPath? = nil
    ) async throws(ArchiveError) -> UnpackedArchive {
        try await BlockingWork.run { cancellation throws(ArchiveError) in
            let folder = try open(directory)
            let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .file(.system(action: "open", path: path, code: errno)) }
            defer { close(descriptor) }
            return try ArchiveLocale.run { () throws(ArchiveError) in
                var extractor = ArchiveExtractor(
                    reader: try ArchiveReader(descriptor: descriptor), folder: folder, selection: selection,
                    limits: limits, cancellation: cancellation)
                return try extractor.extract()
            }
        }
    }

    /// Unpacks an archive in memory; otherwise like ``unpack(_:into:limits:selecting:)``.
    public static func unpack(
        bytes: [UInt8], into directory: String, limits: ArchiveLimits = ArchiveLimits()
    ) async throws(ArchiveError) -> UnpackedArchive {
        try await BlockingWork.run { cancellation throws(ArchiveError) in
            let folder = try open(directory)
            let result = bytes.withUnsafeBytes { memory in
                ArchiveLocale.run { () -> Result<UnpackedArchive, ArchiveError> in
                    do throws(ArchiveError) {
                        var extractor = ArchiveExtractor(
                            reader: try ArchiveReader(memory: memory), folder: folder, selection: nil, limits: limits,
                            cancellation: cancellation)
                        return .success(try extractor.extract())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return try result.get()
        }
    }

    /// The sum of the file sizes in an archive in memory, without unpacking it.
    ///
    /// - Throws: `.limitExceeded` as soon as the archive is known to be larger than allowed.
    public static func unpackedSize(
        bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits()
    ) async throws(ArchiveError) -> UInt64 {
        try await BlockingWork.run { cancellation throws(ArchiveError) in
            let result = bytes.withUnsafeBytes { memory in
                ArchiveLocale.run { () -> Result<UInt64, ArchiveError> in
                    do throws(ArchiveError) {
                        return .success(try size(of: ArchiveReader(memory: memory), limits, cancellation))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return try result.get()
        }
    }

    private static func size(
        of reader: ArchiveReader, _ limits: ArchiveLimits, _ cancellation: BlockingWork.Cancellation
    ) throws(ArchiveError) -> UInt64 {
        var budget = ArchiveBudget(limits)
        while let member = try reader.next() {
            if cancellation.isCancelled { throw .cancelled }
            try budget.addEntry()
            guard case .file = member.kind else { continue }
            try budget.checkFile(member.size, member.name)
            budget.addFile(member.size)
        }
        return budget.bytes
    }

    private static func open(_ directory: String) throws(ArchiveError) -> SafeDirectory {
        do throws(FileError) { return try SafeDirectory(directory) } catch { throw .file(error) }
    }
}

/// The system's call, under a name that the type above does not have.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 { open(path, flags, mode) }
