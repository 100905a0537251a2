#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

/// Reads and writes the file of a private key.
enum KeyFile {
    /// More than the largest supported key takes.
    private static let maximumBytes = 64 << 10

    static func read(_ path: String) throws(CryptoError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, code: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes)
        var count = 0
        while count < bytes.count {
            let piece = bytes.withUnsafeMutableBytes { buffer in
                systemRead(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if piece == 0 { return Array(bytes[..<count]) }
            if piece > 0 {
                count += piece
            } else if errno != EINTR {
                throw .file(path: path, code: errno)
            }
        }
        throw .malformedKey("\(path) is larger than \(maximumBytes) bytes")
    }

    /// Writes a new file that only its owner can read. It appears whole or not at all; one that is there already is
    /// kept and reported as `EEXIST`.
    static func create(_ path: String, _ bytes: [UInt8]) throws(CryptoError) {
        let temporary = "\(path).\(hexadecimal(randomBytes(8)))"
        defer { unlink(temporary) }
        try write(bytes, to: temporary)
        // Unlike renaming, linking does not replace a key that another process has just made.
        guard link(temporary, path) == 0 else { throw .file(path: path, code: errno) }
        try synchronizeDirectory(of: path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(CryptoError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, code: errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw .file(path: path, code: errno)
            }
        }
        guard fsync(descriptor) == 0 else { throw .file(path: path, code: errno) }
    }

    private static func synchronizeDirectory(of path: String) throws(CryptoError) {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: directory, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: directory, code: errno) }
    }
}

/// Whether a key file is missing, in the terms of ``CryptoError``.
func isMissing(_ error: CryptoError) -> Bool {
    if case .file(_, code: ENOENT) = error { true } else { false }
}

/// Whether a key file is there already.
func isPresent(_ error: CryptoError) -> Bool {
    if case .file(_, code: EEXIST) = error { true } else { false }
}

/// The system's words for an error number.
func describe(systemError code: Int32) -> String {
    String(unsafeUninitializedCapacity: 256) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { buffer in
            // Unlike `strerror`, this one is safe to call from several threads.
            guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else { return 0 }
            return strnlen(base, buffer.count)
        }
    }
}

/// The system's call, under a name that the type above does not have.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

/// The system's call, under a name that the type above does not have.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
