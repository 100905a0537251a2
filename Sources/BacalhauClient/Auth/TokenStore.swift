public import BacalhauModel
import BacalhauSupport
import FoundationEssentials
import Glibc

/// The file that keeps tokens by server: one JSON object from endpoint to token, readable by its owner only.
///
/// Several processes may use the file; each change replaces it as a whole, so that readers see the old one or the new.
public struct TokenStore: Sendable {
    /// Where the file is.
    public let path: String

    /// Larger files are no token files.
    private static let bytesMax = 1 << 20

    /// Names the file; it need not exist.
    public init(path: String) { self.path = path }

    /// The token for a server; `nil` without one. A missing or empty file has none.
    /// - Throws: `configuration` when the file is not what it should be, `io` when it cannot be read.
    public func token(for endpoint: String) throws(BacalhauError) -> String? {
        try tokens()[APIConnection.normalised(endpoint)]
    }

    /// Keeps a token, or removes it with `nil`. The file is replaced as a whole, with mode 0600.
    /// - Throws: `io` when it cannot be written.
    public func set(_ token: String?, for endpoint: String) throws(BacalhauError) {
        var tokens = try tokens()
        tokens[APIConnection.normalised(endpoint)] = token
        var writer = JSONWriter()
        writer.value(.object(tokens.mapValues(JSONValue.string)))
        try replace(with: writer.bytes)
    }

    private func tokens() throws(BacalhauError) -> [String: String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [:] }
            throw failure("cannot be read", errno)
        }
        let bytes = try readAll(descriptor)
        guard bytes.contains(where: { $0 > 0x20 }) else { return [:] }
        do {
            let document = try JSONParser.parse(bytes)
            var context = WireContext()
            let reader = ObjectReader(
                DocumentNode(.object([.init(name: "Tokens", value: document)])), named: "File", in: &context)
            let tokens = reader.stringMap("Tokens", in: &context)
            try context.check()
            return tokens
        } catch {
            throw BacalhauError(
                .configuration, "the token file \(path) is damaged: \(error)",
                hint: "remove it; the next call logs in again", component: "Client")
        }
    }

    private func readAll(_ descriptor: Int32) throws(BacalhauError) -> [UInt8] {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot be read", errno) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= TokenStore.bytesMax else { throw failure("cannot be read", EFBIG) }
        }
    }

    private func replace(with bytes: [UInt8]) throws(BacalhauError) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written", errno) }
        var offset = 0
        var code: Int32 = 0
        while offset < bytes.count, code == 0 {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if count >= 0 { offset += count } else if errno != EINTR { code = errno }
        }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        if close(descriptor) != 0, code == 0 { code = errno }
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw failure("cannot be written", code)
        }
    }

    private func failure(_ what: String, _ code: Int32) -> BacalhauError {
        BacalhauError(.io, "the token file \(path) \(what): \(String(cString: strerror(code)))", component: "Client")
    }
}
