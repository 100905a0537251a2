import BacalhauArchive
import BacalhauFiles
import BacalhauModel

/// Unpacks the archive of a result. Names and links that lead out of the folder are errors; devices are left out.
protocol ArchiveUnpacking: Sendable {
    /// - Parameter selection: only this member and what lies below it; `nil` is everything.
    func unpack(
        _ archive: String, into directory: String, selecting selection: CheckedPath?, bytesMax: Int
    ) async throws(BacalhauError)
}

/// Unpacks tar.gz archives.
struct ArchiveUnpacker: ArchiveUnpacking {
    func unpack(
        _ archive: String, into directory: String, selecting selection: CheckedPath?, bytesMax: Int
    ) async throws(BacalhauError) {
        let bytes = UInt64(clamping: bytesMax)
        do {
            _ = try await TarGzip.unpack(
                archive, into: directory, limits: ArchiveLimits(fileBytesMax: bytes, totalBytesMax: bytes),
                selecting: selection)
        } catch {
            throw ArchiveUnpacker.failure(error, archive)
        }
    }

    private static func failure(_ error: ArchiveError, _ archive: String) -> BacalhauError {
        let (code, hint): (BacalhauError.Code, String) =
            switch error {
            case .cancelled: (.cancelled, "")
            case .file: (.io, "")
            case .limitExceeded: (.exhausted, "the result is larger than this download allows")
            case .damaged: (.io, "remove \(archive) and download again, or get it as it is (raw; bacalhau-cli: --raw)")
            case .unsafeMember, .changed: (.io, "get the archive as it is (raw; bacalhau-cli: --raw)")
            }
        return BacalhauError(code, "\(archive): \(error)", hint: hint, component: "Client")
    }
}
