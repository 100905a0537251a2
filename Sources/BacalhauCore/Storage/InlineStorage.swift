internal import BacalhauArchive
internal import BacalhauFiles
public import BacalhauModel

/// Inputs that are part of the job itself: a `data:` URL with one file, or with a folder as tar.gz.
public struct InlineStorage: StorageProvider {
    /// `inline` alone.
    public let sourceTypes = ["inline"]
    /// `true`: the content is in the job.
    public let servesLocalData = true
    private let limits: ArchiveLimits

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - bytesMax: the most that the content of one input may take, unpacked.
    ///   - entriesMax: how many files and folders an archive may hold.
    public init(bytesMax: UInt64 = 1 << 30, entriesMax: Int = 100_000) {
        limits = ArchiveLimits(entriesMax: entriesMax, fileBytesMax: bytesMax, totalBytesMax: bytesMax)
    }

    /// Always available: nothing but the job is needed.
    public func availability() async -> Availability { .available }

    /// Decodes the content and looks through an archive, so that a job with a broken one is refused at once.
    ///
    /// - Returns: the bytes of the file, or of all files in the archive.
    public func check(_ source: Source) async throws(StorageError) -> UInt64 {
        let url = try decode(source)
        guard Self.isArchive(url) else { return UInt64(url.bytes.count) }
        do throws(ArchiveError) {
            return try await TarGzip.unpackedSize(bytes: url.bytes, limits: limits)
        } catch {
            throw Self.error(error)
        }
    }

    /// Writes the content: one file, or the folder of an archive.
    public func prepare(
        _ input: InputSource, in directory: String, bytesMax: UInt64
    ) async throws(StorageError) -> PreparedInput {
        guard let source = input.source else { throw .rejected(reason: "the input has no source", hint: "") }
        let url = try decode(source)
        guard Self.isArchive(url) else { return try await writeFile(url.bytes, input, directory, bytesMax) }
        var limits = limits
        limits.fileBytesMax = min(limits.fileBytesMax, bytesMax)
        limits.totalBytesMax = min(limits.totalBytesMax, bytesMax)
        do throws(ArchiveError) {
            _ = try await TarGzip.unpack(bytes: url.bytes, into: directory, limits: limits)
        } catch {
            throw Self.error(error)
        }
        return PreparedInput(source: input, hostPath: directory, target: input.target, isDirectory: true)
    }

    private func writeFile(
        _ bytes: [UInt8], _ input: InputSource, _ directory: String, _ bytesMax: UInt64
    ) async throws(StorageError) -> PreparedInput {
        guard bytes.count <= min(bytesMax, limits.fileBytesMax) else {
            throw .rejected(
                reason:
                    "the inline input has \(bytes.count) bytes, more than the \(min(bytesMax, limits.fileBytesMax)) "
                    + "that are allowed here", hint: "")
        }
        if Task.isCancelled { throw .cancelled }
        let path = "\(directory)/content"
        do throws(FileError) {
            try await BlockingWork.run { _ throws(FileError) in try AtomicFile.write(bytes, to: path) }
        } catch {
            throw StorageError(error)
        }
        return PreparedInput(source: input, hostPath: path, target: input.target, isDirectory: false)
    }

    /// Nothing to do: all of it lies in the folder that the caller removes.
    public func cleanUp(_ input: PreparedInput) async {}

    private func decode(_ source: Source) throws(StorageError) -> DataURL {
        let parameters = SourceParameters(source)
        let text = try parameters.requiredText("URL", hint: "Give a data: URL, as in data:text/plain,hello")
        do throws(DataURL.Failure) { return try DataURL(text) } catch {
            throw parameters.wrong("URL", error.description)
        }
    }

    /// Exactly this spelling means "unpack me".
    private static func isArchive(_ url: DataURL) -> Bool { url.mediaType == "application/gzip" }

    private static func error(_ error: ArchiveError) -> StorageError {
        switch error {
        case .cancelled: .cancelled
        case .file(let file): StorageError(file)
        default: .rejected(reason: "the inline input cannot be unpacked: \(error)", hint: "")
        }
    }
}

extension StorageError {
    /// A file of this machine that cannot be written: another time, or another machine, may do better.
    init(_ error: FileError) {
        switch error {
        case .cancelled: self = .cancelled
        case .path, .leadsThroughLink, .tooDeep: self = .rejected(reason: error.description, hint: "")
        case .system:
            self = .unavailable(reason: "the input cannot be written: \(error)", hint: "Check the disk of the node.")
        }
    }
}
