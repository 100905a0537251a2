import BacalhauModel

/// Unpacks with libarchive.
struct ArchiveUnpacker: ArchiveUnpacking {
    func unpack(_ archive: String, into directory: String, bytesMax: Int) async throws(BacalhauError) {
        throw BacalhauError(.notImplemented, "archives cannot be unpacked here", component: "Client")
    }
}
