internal import BacalhauCrypto
internal import BacalhauFiles
internal import BacalhauModel
internal import Glibc

/// The archives that the local publisher keeps on this node, and the secret that makes their addresses unguessable.
///
/// Every archive is `<execution>.tar.gz`, with its digest beside it. The secret is a file of the folder, so that
/// addresses given out before a restart stay good.
public final class ResultStore: Sendable {
    /// The folder; it belongs to this store alone.
    public let directory: String
    private let secret: [UInt8]

    static let suffix = ".tar.gz"
    static let digestSuffix = ".sha256"
    private static let secretName = ".secret"
    private static let secretLength = 32

    /// Opens the store and makes its folder, whose parent must exist.
    public init(directory: String) throws(PublisherError) {
        self.directory = directory
        do throws(FileError) {
            if mkdir(directory, 0o700) != 0 && errno != EEXIST {
                throw .system(action: "create folder", path: directory, code: errno)
            }
            secret = try Self.secret(at: "\(directory)/\(Self.secretName)")
            try Self.removeTemporaries(in: directory)
        } catch {
            throw .unavailable(
                reason: "the folder of the local publisher cannot be used: \(error)",
                hint: "Give the node a data directory that it may write to.")
        }
    }

    private static func secret(at path: String) throws(FileError) -> [UInt8] {
        if let secret = try readSmallFile(path), secret.count == secretLength { return secret }
        let secret = randomBytes(secretLength)
        try AtomicFile.write(secret, to: path, mode: 0o600)
        return secret
    }

    /// What was being packed when an earlier process died.
    private static func removeTemporaries(in directory: String) throws(FileError) {
        let folder = try SafeDirectory(directory)
        for name in try FileName.list(folder.descriptor, path: directory) where name.description.hasSuffix(".tmp") {
            _ = name.withCString { unlinkat(folder.descriptor, $0, 0) }
        }
    }

    /// The unguessable part of an execution's address: 128 bits in hexadecimal digits.
    func token(_ execution: ExecutionID) -> String {
        hexadecimal(HMACSHA256.authenticate(execution.rawValue.utf8, key: secret).prefix(16))
    }

    /// Whether `token` is the execution's, found out in a time that does not depend on it.
    func accepts(_ token: String, for execution: ExecutionID) -> Bool {
        constantTimeEqual(Array(token.utf8), Array(self.token(execution).utf8))
    }

    /// The execution's archive; `nil` when its name is not one that this store gives.
    func path(of execution: ExecutionID) -> String? {
        isPlainFileName(execution.rawValue) ? "\(directory)/\(execution.rawValue)\(Self.suffix)" : nil
    }

    /// An archive that is there.
    struct Entry: Sendable {
        var path: String
        var bytes: UInt64
        /// In hexadecimal digits; `nil` when the node stopped between storing an archive and its digest.
        var sha256: String?
        /// When it was published.
        var time: Timestamp
    }

    /// The execution's archive; `nil` when there is none.
    func find(_ execution: ExecutionID) -> Entry? {
        guard let path = path(of: execution), let status = FileStatus(path), status.kind == .file else { return nil }
        let digest = try? Self.readSmallFile(path + Self.digestSuffix)
        let sha256 = digest.flatMap { $0.count == 2 * SHA256.byteCount ? String(decoding: $0, as: UTF8.self) : nil }
        return Entry(
            path: path, bytes: status.size, sha256: sha256, time: Timestamp(nanoseconds: status.modified))
    }

    /// Gives a packed archive its place; an older one is replaced.
    func commit(_ temporary: String, sha256: String, as execution: ExecutionID) throws(FileError) {
        guard let path = path(of: execution) else { throw .path(.notOneComponent(execution.rawValue)) }
        // In between, the archive has no digest rather than a wrong one.
        unlink(path + Self.digestSuffix)
        try AtomicFile.commit(temporary, to: path)
        try AtomicFile.write(Array(sha256.utf8), to: path + Self.digestSuffix, mode: 0o600)
    }

    /// Removes an execution's archive, if there is one.
    func remove(_ execution: ExecutionID) {
        guard let path = path(of: execution) else { return }
        unlink(path)
        unlink(path + Self.digestSuffix)
    }

    /// All archives, the oldest first.
    func list() throws(FileError) -> [(ExecutionID, Entry)] {
        let folder = try SafeDirectory(directory)
        return try FileName.list(folder.descriptor, path: directory)
            .filter { $0.description.hasSuffix(Self.suffix) }
            .map { ExecutionID(rawValue: String($0.description.dropLast(Self.suffix.count))) }
            .compactMap { id in find(id).map { (id, $0) } }
            .sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }
    }

    /// The first 4 KiB of a file; `nil` when there is none.
    private static func readSmallFile(_ path: String) throws(FileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0 && errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw .system(action: "open", path: path, code: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw .system(action: "read", path: path, code: errno) }
        return Array(bytes[..<count])
    }
}
