#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

/// An open file that is sent as a request's body.
///
/// Sendable because ``offset`` is touched by the loop's thread only; the rest is constant.
final class UploadFile: @unchecked Sendable {
    let path: String
    let size: Int64
    private let descriptor: Int32
    private var offset: Int64 = 0

    init(path: String) throws(HTTPClientError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path: path, code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o170000 == 0o100000 else {
            close(descriptor)
            throw .invalidRequest("the body \(path) is not a regular file")
        }
        self.path = path
        size = Int64(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// The next bytes; 0 at the end, or an error.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Result<Int, HTTPClientError> {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 {
                offset += Int64(count)
                return .success(count)
            }
            if errno != EINTR { return .failure(.file(path: path, code: errno)) }
        }
    }

    /// Goes to an offset, as a request that is repeated on a new connection must.
    func seek(to offset: Int64) {
        self.offset = offset
    }
}
