internal import CArchive

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Owns one archive being read: tar, plain or in gzip. Nothing else is recognised, so nothing else can be attacked.
final class ArchiveReader {
    private let handle: OpaquePointer

    /// A member: its name and what to do with it.
    struct Member {
        enum Kind {
            case file, directory
            case link(target: String)
            case hardLink(target: String)
            case other
        }

        var name: String
        var kind: Kind
        /// As the header has it; the content may be shorter or longer in a damaged archive.
        var size: UInt64
        var mode: UInt32
        var modified: timespec
    }

    private static func make() throws(ArchiveError) -> OpaquePointer {
        guard let handle = archive_read_new() else { throw .damaged("out of memory") }
        archive_read_support_filter_gzip(handle)
        archive_read_support_format_tar(handle)
        return handle
    }

    /// Reads from an open file, which stays the caller's.
    init(descriptor: Int32) throws(ArchiveError) {
        handle = try Self.make()
        guard archive_read_open_fd(handle, descriptor, 64 << 10) == ARCHIVE_OK else { throw error() }
    }

    /// Reads from memory, which must outlive the reader.
    init(memory: UnsafeRawBufferPointer) throws(ArchiveError) {
        handle = try Self.make()
        guard archive_read_open_memory(handle, memory.baseAddress, memory.count) == ARCHIVE_OK else { throw error() }
    }

    deinit {
        archive_read_free(handle)
    }

    /// The next member; `nil` at the end of the archive.
    func next() throws(ArchiveError) -> Member? {
        var entry: OpaquePointer?
        switch archive_read_next_header(handle, &entry) {
        case ARCHIVE_EOF: return nil
        case ARCHIVE_OK, ARCHIVE_WARN: break
        default: throw error()
        }
        guard let entry else { throw .damaged("a member without a header") }
        guard let name = text(archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)) else {
            throw .damaged("a member without a name")
        }
        let time = timespec(tv_sec: archive_entry_mtime(entry), tv_nsec: archive_entry_mtime_nsec(entry))
        return Member(
            name: name, kind: try kind(entry), size: UInt64(clamping: archive_entry_size(entry)),
            mode: UInt32(archive_entry_perm(entry)) & 0o777, modified: time)
    }

    private func kind(_ entry: OpaquePointer) throws(ArchiveError) -> Member.Kind {
        if let target = text(archive_entry_hardlink_utf8(entry) ?? archive_entry_hardlink(entry)) {
            return .hardLink(target: target)
        }
        switch archive_entry_filetype(entry) {
        case 0o100000: return .file
        case 0o040000: return .directory
        case 0o120000:
            guard let target = text(archive_entry_symlink_utf8(entry) ?? archive_entry_symlink(entry)) else {
                throw .damaged("a link without a target")
            }
            return .link(target: target)
        default: return .other
        }
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

    /// A piece of a member's content and where it belongs.
    struct Block {
        var offset: UInt64
        /// Valid until the next call.
        var bytes: UnsafeRawBufferPointer
    }

    /// The next piece of the member's content; `nil` at its end.
    func nextBlock() throws(ArchiveError) -> Block? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: la_int64_t = 0
        switch archive_read_data_block(handle, &start, &count, &offset) {
        case ARCHIVE_EOF: return nil
        case ARCHIVE_OK, ARCHIVE_WARN:
            return Block(offset: UInt64(clamping: offset), bytes: UnsafeRawBufferPointer(start: start, count: count))
        default: throw error()
        }
    }

    private func error() -> ArchiveError { .damaged(archiveMessage(handle)) }
}
