import Glibc

/// Reads whole files with a limit.
enum FileReader {
    /// Job files and local modules are not larger.
    static let fileBytesMax = 10 * 1024 * 1024

    /// What stops a file from being read.
    enum Failure: Error, Equatable {
        case system(Int32)
        case isDirectory
        case tooLarge(limit: Int)

        var message: String {
            switch self {
            case .system(let code): String(cString: strerror(code)).lowercasedFirst
            case .isDirectory: "is a directory"
            case .tooLarge(let limit): "is larger than \(limit) bytes"
            }
        }
    }

    static func contents(of path: String, limit: Int = fileBytesMax) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        return try contents(of: descriptor, limit: limit)
    }

    /// Reads to the end of a descriptor, which stays open.
    static func contents(of descriptor: Int32, limit: Int = fileBytesMax) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw errno == EISDIR ? .isDirectory : .system(errno)
            }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        }
    }

    static func isRegularFile(_ path: String) -> Bool? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & 0o170000 == 0o100000
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o170000 == 0o040000
    }
}

extension String {
    /// With a small first letter, as messages of the system are written inside of a sentence.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
