import BacalhauFiles
import BacalhauTestSupport
import Glibc

/// A folder of a test's own, removed with the last use of it.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        path = (try? TestPlaces.makeDirectory()) ?? "/nonexistent"
    }

    deinit {
        try? FileTree.remove(path)
    }

    func at(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, replacing what is there.
    func write(_ name: String, _ bytes: [UInt8], append: Bool = false) {
        let descriptor = open(at(name), O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0o644)
        defer { close(descriptor) }
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }

    func makeFolder(_ name: String) { mkdir(at(name), 0o755) }

    /// The whole file; `nil` when it cannot be read.
    func read(_ name: String) -> [UInt8]? { readFile(at(name)) }

    func text(_ name: String) -> String? { read(name).map { String(decoding: $0, as: UTF8.self) } }

    /// The names in a folder, sorted.
    func names(_ folder: String = ".") -> [String] {
        guard let stream = opendir(at(folder)) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

/// The whole file; `nil` when it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count == 0 ? content : nil }
        content += buffer[..<count]
    }
}
