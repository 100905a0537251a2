import BacalhauFiles
import BacalhauModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The few operations on local files that downloads need, with errors that name the file.
enum LocalFiles {
    /// The size of a regular file; `nil` when there is none of that name.
    static func fileSize(_ path: String) -> Int? {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(info.st_size)
    }

    /// Whether anything has that name.
    static func exists(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0
    }

    static func makeDirectory(_ path: String) throws(BacalhauError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw failure(path, errno == 0 ? EIO : errno, "cannot be made")
        }
    }

    static func move(_ path: String, to target: String) throws(BacalhauError) {
        guard rename(path, target) == 0 else { throw failure(target, errno, "cannot be written") }
    }

    static func setMode(_ mode: mode_t, of path: String) throws(BacalhauError) {
        guard chmod(path, mode) == 0 else { throw failure(path, errno, "cannot be changed") }
    }

    /// Removes a file or a folder with all that is in it; nothing to remove is fine.
    static func remove(_ path: String) throws(BacalhauError) {
        do {
            try FileTree.remove(path)
        } catch {
            throw BacalhauError(.io, error.description, component: "Client")
        }
    }

    /// Adds the content of a file to the end of another, which is made if need be.
    static func append(_ path: String, to target: String) throws(BacalhauError) {
        let source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard source >= 0 else { throw failure(path, errno, "cannot be read") }
        defer { close(source) }
        let sink = open(target, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard sink >= 0 else { throw failure(target, errno, "cannot be written") }
        defer { close(sink) }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(source, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, errno, "cannot be read") }
            guard count > 0 else { return }
            var offset = 0
            while offset < count {
                let written = piece.withUnsafeBytes { write(sink, $0.baseAddress.map { $0 + offset }, count - offset) }
                if written < 0, errno == EINTR { continue }
                guard written >= 0 else { throw failure(target, errno, "cannot be written") }
                offset += written
            }
        }
    }

    /// The folders, files and links in a folder by their paths from there: folders before what is in them.
    static func contents(of directory: String) throws(BacalhauError) -> [(path: String, isDirectory: Bool)] {
        var result: [(path: String, isDirectory: Bool)] = []
        var waiting = [""]
        while let folder = waiting.popLast() {
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")
            } catch {
                throw failure("\(directory)/\(folder)", errno == 0 ? EIO : errno, "cannot be read")
            }
            for name in names.sorted() {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var info = stat()
                guard lstat("\(directory)/\(path)", &info) == 0 else { continue }
                switch info.st_mode & S_IFMT {
                case S_IFDIR:
                    result.append((path, true))
                    waiting.append(path)
                // The unpacker lets no link lead out of the folder.
                case S_IFREG, S_IFLNK: result.append((path, false))
                default: continue
                }
            }
        }
        return result
    }

    private static func failure(_ path: String, _ code: Int32, _ what: String) -> BacalhauError {
        BacalhauError(.io, "\(path) \(what): \(String(cString: strerror(code)))", component: "Client")
    }
}
