import BacalhauModel
import BacalhauSupport
import Glibc

/// The data directory of a node: its name, and the lock that keeps a second node out.
final class NodeIdentity: Sendable {
    let id: NodeID
    private let lock: Int32

    /// Makes the directory when needed, locks it, and reads or makes the node's name.
    ///
    /// - Throws: `.configuration` when the directory cannot be used or another node uses it.
    init(directory: String, name: NodeID?) throws(BacalhauError) {
        var made = ""
        for part in directory.split(separator: "/", omittingEmptySubsequences: true) {
            made += (made.isEmpty && !directory.hasPrefix("/") ? "" : "/") + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EROFS else {
                throw BacalhauError(
                    .configuration, "cannot make the data directory \(made): \(String(cString: strerror(errno)))")
            }
        }
        lock = open(directory + "/node.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw BacalhauError(
                .configuration, "cannot use the data directory \(directory): \(String(cString: strerror(errno)))")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw BacalhauError(
                .configuration, "another node uses the data directory \(directory)",
                hint: "Stop it, or give another directory.")
        }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pread(lock, &buffer, buffer.count, 0)
        let stored = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).trimmingBlanks()
        var identifiers = IdentifierSource.random
        id = name ?? (stored.isEmpty ? identifiers.node() : NodeID(rawValue: stored))
        let bytes = Array((id.rawValue + "\n").utf8)
        if stored != id.rawValue {
            guard ftruncate(lock, 0) == 0, pwrite(lock, bytes, bytes.count, 0) == bytes.count, fsync(lock) == 0 else {
                throw BacalhauError(.configuration, "cannot write to \(directory): \(String(cString: strerror(errno)))")
            }
        }
    }

    deinit { close(lock) }
}
