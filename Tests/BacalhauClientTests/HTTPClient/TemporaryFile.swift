import Glibc

/// A file that goes away with its value's last reference.
final class TemporaryFile: Sendable {
    let path: String

    init(_ bytes: [UInt8] = []) throws {
        var name = Array("/tmp/bacalhau-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0, write(descriptor, bytes, bytes.count) == bytes.count else {
            throw StubError(code: errno)
        }
        close(descriptor)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        unlink(path)
    }

    func contents() throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 22)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw StubError(code: errno) }
        return Array(bytes.prefix(count))
    }
}
