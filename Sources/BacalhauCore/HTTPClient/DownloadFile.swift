internal import BacalhauCrypto

#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

/// The file behind a download: writes in order, counts, checks the limit and computes the digest.
struct DownloadFile {
    /// For messages.
    let path: String
    private let descriptor: Int32
    private let limit: Int?
    private var digest: SHA256?
    private(set) var size = 0

    init(descriptor: Int32, path: String, options: HTTPDownloadOptions) {
        self.descriptor = descriptor
        self.path = path
        limit = options.limit
        digest = options.computesSHA256 ? SHA256() : nil
    }

    /// Throws if the file would become too large.
    func checkLimit(adding count: Int) throws(HTTPClientError) {
        guard let limit else { return }
        guard count <= limit - size else { throw .tooLarge(limit: limit) }
    }

    /// Keeps the first bytes of the file and forgets the rest.
    mutating func keep(_ count: Int) throws(HTTPClientError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .file(path: path, code: errno) }
        guard status.st_size >= count else {
            throw .invalidRequest("\(path) has \(status.st_size) bytes, too few to resume at \(count)")
        }
        try truncate(to: count)
        try digestPrefix(count)
        size = count
    }

    /// Starts the file anew, as the server sends all of it.
    mutating func restart() throws(HTTPClientError) {
        try truncate(to: 0)
        if digest != nil { digest = SHA256() }
        size = 0
    }

    /// Adds bytes at the end.
    mutating func append(_ bytes: [UInt8]) throws(HTTPClientError) {
        try checkLimit(adding: bytes.count)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written, off_t(size + written))
            }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                throw .file(path: path, code: count == 0 ? EIO : errno)
            }
        }
        size += bytes.count
        digest?.update(bytes)
    }

    func hexDigest() -> String? {
        digest?.hexDigest()
    }

    private func truncate(to count: Int) throws(HTTPClientError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw .file(path: path, code: errno) }
    }

    private mutating func digestPrefix(_ count: Int) throws(HTTPClientError) {
        guard digest != nil else { return }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var offset = 0
        while offset < count {
            guard !Task.isCancelled else { throw .cancelled }
            let read = pread(descriptor, &buffer, min(buffer.count, count - offset), off_t(offset))
            if read > 0 {
                digest?.update(buffer[..<read])
                offset += read
            } else if read == 0 || errno != EINTR {
                throw .file(path: path, code: read == 0 ? EIO : errno)
            }
        }
    }
}
