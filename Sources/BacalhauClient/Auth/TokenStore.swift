import BacalhauFiles
public import BacalhauModel
import BacalhauSupport

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

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
        do {
            try AtomicFile.write(writer.bytes, to: path, mode: 0o600)
        } catch {
            throw BacalhauError(.io, "the token file: \(error)", component: "Client")
        }
    }

    private func tokens() throws(BacalhauError) -> [String: String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [:] }
            throw failure(errno)
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
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= TokenStore.bytesMax else { throw failure(EFBIG) }
        }
    }

    private func failure(_ code: Int32) -> BacalhauError {
        BacalhauError(
            .io, "the token file \(path) cannot be read: \(String(cString: strerror(code)))", component: "Client")
    }
}
