import BacalhauFiles
import Glibc

@testable import BacalhauArchive

/// Archives from elsewhere: nothing of them may come to lie outside of the folder they are unpacked in.
enum ArchiveFuzzing {
    static func run(_ bytes: [UInt8]) {
        names(String(decoding: bytes.prefix(300), as: UTF8.self))
        let inside = FuzzFolder.path + "/inside"
        mkdir(inside, 0o700)
        defer { try? FileTree.remove(inside) }
        guard let folder = try? SafeDirectory(inside) else { return }
        bytes.withUnsafeBytes { memory in
            ArchiveLocale.run {
                guard let reader = try? ArchiveReader(memory: memory) else { return }
                var extractor = ArchiveExtractor(
                    reader: reader, folder: folder, selection: nil,
                    limits: ArchiveLimits(entriesMax: 64, fileBytesMax: 1 << 20, totalBytesMax: 4 << 20),
                    cancellation: BlockingWork.Cancellation())
                _ = try? extractor.extract()
            }
        }
        FuzzTarget.claim(entries(of: FuzzFolder.path) == ["inside"], "nothing lies beside the folder")
    }

    private static func names(_ text: String) {
        if let path = try? CheckedPath(text) {
            FuzzTarget.claim(!path.components.contains(".."), "a checked path leads nowhere else")
            FuzzTarget.claim((try? CheckedPath(path.description)) == path, "a checked path is read as it was written")
        }
        _ = ArchiveExtractor.staysInside(text, depth: 3)
    }

    private static func entries(of path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
