import BacalhauCrypto
import CWasmtime
import FoundationEssentials
import Glibc

/// Compiled modules, named by the digest of their bytes: in memory for this worker, in a folder for all of them.
///
/// The folder belongs to this user alone, because compiled modules are trusted. It is held to its size by removing what
/// was used longest ago. Workers share it without locks: files appear whole, under their final name, or not at all.
final class ModuleCache {
    private let runtime: WasmRuntime
    private let directory: String
    private let bytesMax: UInt64
    private var loaded: [String: WasmModule] = [:]
    /// Digests in the order of their last use.
    private var recent: [String] = []

    /// How many modules stay in memory; they are mapped files, so the count is what matters.
    private static let loadedMax = 64
    /// The most bytes of one module.
    static let moduleBytesMax = 256 << 20
    /// Part of each file's name: what else decides the compiled form. Change it with the engine's settings.
    private static let suffix = "-\(WT_VERSION)-1.cwasm"

    /// Opens the folder, which is created when its parent exists.
    ///
    /// - Throws: when the folder cannot be used, or others could write into it.
    init(runtime: WasmRuntime, directory: String, bytesMax: UInt64) throws(WasmFailure) {
        self.runtime = runtime
        self.directory = directory
        self.bytesMax = bytesMax
        if mkdir(directory, 0o700) != 0 && errno != EEXIST {
            throw WasmFailure(
                "the folder for compiled modules \(directory) cannot be created: \(String(cString: strerror(errno)))",
                hint: "Name a folder that the node can write to.")
        }
        var status = stat()
        guard lstat(directory, &status) == 0, status.st_mode & S_IFMT == Self.folderMode,
            status.st_uid == geteuid(), status.st_mode & 0o077 == 0
        else {
            throw WasmFailure(
                "the folder for compiled modules \(directory) is not a folder of this user alone",
                hint: "Remove it, or make it the node's own with mode 0700: its content is run without further checks.")
        }
    }

    private static let folderMode: mode_t = 0o040000
    private static let fileMode: mode_t = 0o100000

    /// A module, compiled unless that was done before.
    ///
    /// - Parameter digest: of its bytes when known, otherwise empty.
    func module(at path: String, digest known: String) throws(WasmFailure) -> (module: WasmModule, digest: String) {
        if !known.isEmpty, let module = find(known) { return (module, known) }
        let bytes = try Self.read(try Self.moduleFile(path))
        let digest = SHA256.hexDigest(of: bytes)
        if let module = find(digest) { return (module, digest) }
        let module = try runtime.compile(bytes)
        // A full disk only costs time: the module is compiled again by the next worker.
        try module.withSerialized { store($0, digest) }
        keep(module, digest)
        return (module, digest)
    }

    private func find(_ digest: String) -> WasmModule? {
        if let module = loaded[digest] {
            keep(module, digest)
            return module
        }
        let file = fileName(digest)
        var status = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == Self.fileMode, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0, let module = runtime.load(compiled: file)
        else { return nil }
        utimensat(AT_FDCWD, file, nil, 0)
        keep(module, digest)
        return module
    }

    private func keep(_ module: WasmModule, _ digest: String) {
        if recent.last == digest { return }
        recent.removeAll { $0 == digest }
        recent.append(digest)
        loaded[digest] = module
        if recent.count > Self.loadedMax { loaded[recent.removeFirst()] = nil }
    }

    private func fileName(_ digest: String) -> String { directory + "/" + digest + Self.suffix }

    // MARK: - Files

    private func store(_ bytes: UnsafeRawBufferPointer, _ digest: String) {
        let temporary = directory + "/.\(digest).\(getpid())"
        let fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard fd >= 0 else { return }
        // Synced first: a file that a power cut left half-written would be trusted.
        let isWritten = writeAll(bytes, to: fd) && fsync(fd) == 0
        close(fd)
        guard isWritten, rename(temporary, fileName(digest)) == 0 else {
            unlink(temporary)
            return
        }
        removeOldest()
    }

    private func removeOldest() {
        struct Entry {
            var path: String
            var size: UInt64
            var used: (Int, Int)
        }
        var entries: [Entry] = []
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            let path = directory + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            // What a worker that was killed while writing has left.
            if name.hasPrefix("."), status.st_mtim.tv_sec < time(nil) - 3600 { unlink(path) }
            guard name.hasSuffix(".cwasm") else { continue }
            entries.append(
                Entry(
                    path: path, size: UInt64(max(0, status.st_size)),
                    used: (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)))
        }
        entries.sort { $0.used < $1.used }
        var total = entries.reduce(0) { $0 + $1.size }
        // The newest stays even when it alone is too large: it is about to be used.
        for entry in entries.dropLast() where total > bytesMax {
            unlink(entry.path)
            total -= entry.size
        }
    }

    /// The file itself, or the only entry of a folder.
    private static func moduleFile(_ path: String) throws(WasmFailure) -> String {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw WasmFailure("the module \(path) is not there: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == folderMode else { return path }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard names.count == 1 else {
            throw WasmFailure(
                "the module's folder holds \(names.count) entries instead of exactly one module",
                hint: "Point the module's source at the .wasm file itself.")
        }
        return path + "/" + names[0]
    }

    private static func read(_ path: String) throws(WasmFailure) -> [UInt8] {
        let fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard fd >= 0 else {
            throw WasmFailure("the module \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(fd) }
        var status = stat()
        guard fstat(fd, &status) == 0, status.st_mode & S_IFMT == fileMode else {
            throw WasmFailure("the module \(path) is not a file", hint: "Point the module's source at the .wasm file.")
        }
        guard status.st_size <= moduleBytesMax else {
            throw WasmFailure("the module has \(status.st_size) bytes; at most \(moduleBytesMax) are allowed")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(fd, $0.baseAddress.map { $0 + count }, $0.count - count)
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { throw WasmFailure("the module \(path) cannot be read") }
            count += got
        }
        return bytes
    }
}

/// Writes all bytes, however many calls that takes; `false` when one fails.
func writeAll(_ bytes: UnsafeRawBufferPointer, to fd: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let count = write(fd, rest.baseAddress, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
    return true
}
