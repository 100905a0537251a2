import BacalhauModel

/// Unpacks the archive of a result. Names that leave the folder are errors; links and devices are left out.
protocol ArchiveUnpacking: Sendable {
    func unpack(_ archive: String, into directory: String, bytesMax: Int) async throws(BacalhauError)
}
