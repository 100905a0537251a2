internal import BacalhauCrypto
internal import BacalhauFiles
internal import CArchive

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Where the bytes of an archive go: a file, and a digest on the way.
private final class ArchiveSink {
    let descriptor: Int32
    let path: String
    let cancellation: BlockingWork.Cancellation
    var digest = SHA256()
    var bytes: UInt64 = 0
    var failure: ArchiveError?

    init(descriptor: Int32, path: String, cancellation: BlockingWork.Cancellation) {
        self.descriptor = descriptor
        self.path = path
        self.cancellation = cancellation
    }

    /// Returns whether everything was written.
    func write(_ buffer: UnsafeRawBufferPointer) -> Bool {
        if cancellation.isCancelled {
            failure = .cancelled
            return false
        }
        var written = 0
        while written < buffer.count {
            let count = systemWrite(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                failure = .file(.system(action: "write", path: path, code: errno))
                return false
            }
            written += count
        }
        digest.update(buffer)
        bytes += UInt64(buffer.count)
        return true
    }
}

/// Owns one archive being written: tar in gzip, to an open file.
final class ArchiveWriter {
    private let handle: OpaquePointer
    private let sink: ArchiveSink

    /// The descriptor stays the caller's.
    init(descriptor: Int32, path: String, cancellation: BlockingWork.Cancellation) throws(ArchiveError) {
        sink = ArchiveSink(descriptor: descriptor, path: path, cancellation: cancellation)
        guard let handle = archive_write_new() else {
            throw .file(.system(action: "write", path: path, code: ENOMEM))
        }
        self.handle = handle
        // Plain ustar wherever that is enough. Level 1 costs a third of the time of the default for a few per cent.
        var result = archive_write_set_format_pax_restricted(handle)
        result = min(result, archive_write_add_filter_gzip(handle))
        result = min(result, archive_write_set_filter_option(handle, "gzip", "compression-level", "1"))
        // No time stamp: the same content gives the same bytes.
        result = min(result, archive_write_set_filter_option(handle, "gzip", "timestamp", nil))
        result = min(result, archive_write_set_bytes_per_block(handle, 64 << 10))
        result = min(result, archive_write_set_bytes_in_last_block(handle, 1))
        if result == ARCHIVE_OK { result = open() }
        guard result == ARCHIVE_OK else { throw error("cannot be set up") }
    }

    deinit {
        // After `finish` this only frees memory; before it the archive is abandoned.
        archive_write_fail(handle)
        archive_write_free(handle)
    }

    private func open() -> Int32 {
        archive_write_open2(
            handle, Unmanaged.passUnretained(sink).toOpaque(), nil,
            { _, context, buffer, count in
                guard let context else { return -1 }
                let sink = Unmanaged<ArchiveSink>.fromOpaque(context).takeUnretainedValue()
                return sink.write(UnsafeRawBufferPointer(start: buffer, count: count)) ? count : -1
            }, nil, nil)
    }

    /// Begins a member.
    func add(_ entry: borrowing ArchiveEntry) throws(ArchiveError) {
        guard archive_write_header(handle, entry.handle) >= ARCHIVE_WARN else { throw error("header") }
    }

    /// Adds to the content of the member begun last.
    func append(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard archive_write_data(handle, bytes.baseAddress, bytes.count) == bytes.count else { throw error("data") }
    }

    /// Ends the archive; returns its length and digest.
    func finish() throws(ArchiveError) -> (bytes: UInt64, sha256: String) {
        guard archive_write_close(handle) == ARCHIVE_OK else { throw error("end") }
        return (sink.bytes, sink.digest.hexDigest())
    }

    /// The sink knows best why a write failed.
    private func error(_ place: String) -> ArchiveError {
        sink.failure ?? .damaged("\(place): \(archiveMessage(handle))")
    }
}

/// Owns the description of one member.
struct ArchiveEntry: ~Copyable {
    let handle: OpaquePointer

    init?() {
        guard let handle = archive_entry_new() else { return nil }
        self.handle = handle
    }

    deinit {
        archive_entry_free(handle)
    }
}

/// What libarchive says about the last failure of an archive.
func archiveMessage(_ handle: OpaquePointer) -> String {
    archive_error_string(handle).map { String(cString: $0) } ?? "unknown error"
}

/// The system's call, under a name that the type above does not have.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
