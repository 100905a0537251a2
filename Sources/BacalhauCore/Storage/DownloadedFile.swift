internal import BacalhauCrypto
internal import BacalhauFiles
internal import Glibc

/// A file that is being downloaded: counts, holds the limit, and computes the digest on the way.
///
/// Used by one task at a time.
final class DownloadedFile {
    private let path: String
    private let descriptor: Int32
    private let bytesMax: UInt64
    private var digest: SHA256?
    private var size: UInt64 = 0

    /// Makes the file, or empties what an earlier attempt left.
    init(path: String, bytesMax: UInt64, computesDigest: Bool) throws(StorageError) {
        self.path = path
        self.bytesMax = bytesMax
        digest = computesDigest ? SHA256() : nil
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw StorageError(FileError.system(action: "create", path: path, code: errno)) }
    }

    deinit {
        close(descriptor)
    }

    /// Refuses a size that the server announces before anything is fetched.
    func expect(_ announced: UInt64?) throws(StorageError) {
        if let announced, announced > bytesMax { throw tooLarge() }
    }

    func append(_ bytes: [UInt8]) throws(StorageError) {
        guard UInt64(bytes.count) <= bytesMax - size else { throw tooLarge() }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw StorageError(FileError.system(action: "write", path: path, code: errno)) }
            written += count
        }
        digest?.update(bytes)
        size += UInt64(bytes.count)
    }

    /// In lower-case hexadecimal digits; `nil` when it was not asked for.
    var sha256: String? { digest?.hexDigest() }

    private func tooLarge() -> StorageError {
        .rejected(
            reason: "the file to download has more than the \(bytesMax) bytes that are allowed here",
            hint: "Use a smaller file, or have the node's limit raised.")
    }
}
