internal import Glibc

/// Owns the descriptor of one log file and closes it with its last user.
///
/// Positions are passed with every call, so that one descriptor serves the writer and all readers.
final class LogFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens an existing file, or with `creates` makes one. `nil` when there is none.
    init?(path: String, creates: Bool, writes: Bool) throws(LogError) {
        self.path = path
        let flags = (writes ? O_RDWR : O_RDONLY) | (creates ? O_CREAT : 0) | O_CLOEXEC | O_NOFOLLOW
        descriptor = open(path, flags, 0o600)
        if descriptor < 0 {
            if errno == ENOENT && !creates { return nil }
            throw .file(path: path, code: errno)
        }
    }

    deinit {
        close(descriptor)
    }

    func size() throws(LogError) -> UInt64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, code: errno) }
        return UInt64(status.st_size)
    }

    /// Reads until the buffer is full or the file ends; returns how much it got.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(LogError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(offset) + off_t(filled)
            )
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .file(path: path, code: errno)
            }
            filled += count
        }
        return filled
    }

    /// Reads `count` bytes, fewer only at the end of the file.
    func read(count: Int, at offset: UInt64) throws(LogError) -> [UInt8] {
        var failure: LogError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(LogError) {
                filled = try read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
                    at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes both parts behind each other, all or nothing.
    func write(_ head: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer, at offset: UInt64) throws(LogError) {
        var parts = [
            iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress), iov_len: payload.count),
        ]
        let wanted = head.count + payload.count
        var count = pwritev(descriptor, &parts, Int32(parts.count), off_t(offset))
        while count < 0 && errno == EINTR {
            count = pwritev(descriptor, &parts, Int32(parts.count), off_t(offset))
        }
        guard count != wanted else { return }
        // A short write to a regular file means that the disk or the quota is full.
        let code = count < 0 ? errno : ENOSPC
        ftruncate(descriptor, off_t(offset))
        throw .file(path: path, code: code)
    }

    func truncate(to size: UInt64) throws(LogError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .file(path: path, code: errno) }
    }
}
