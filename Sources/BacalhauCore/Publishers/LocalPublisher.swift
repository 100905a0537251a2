internal import BacalhauArchive
internal import BacalhauFiles
public import BacalhauModel
internal import Glibc

/// Keeps results on the node that ran the job and gives out an address to fetch them from.
///
/// ``LocalResultServer`` serves that address.
public struct LocalPublisher: ResultPublisher {
    /// `local`.
    public let publisherType = "local"
    private let store: ResultStore
    private let baseURL: String
    private let limits: ArchiveLimits

    /// Makes a publisher.
    ///
    /// - Parameters:
    ///   - store: where the archives are kept.
    ///   - host: how other machines reach this one: a name, an address, or one of the words of ``HostAddress``.
    ///   - port: where ``LocalResultServer`` can be reached.
    ///   - usesTLS: whether it speaks HTTPS there; its certificate has to be good for `host`.
    ///   - bytesMax: the most bytes of results that one execution may have, before packing.
    public init(
        store: ResultStore, host: String, port: UInt16, usesTLS: Bool = false, bytesMax: UInt64 = 100 << 30
    ) {
        self.store = store
        baseURL = "\(usesTLS ? "https" : "http")://\(HostAddress.bracketed(HostAddress.resolve(host))):\(port)"
        limits = ArchiveLimits(fileBytesMax: bytesMax, totalBytesMax: bytesMax)
    }

    /// Available while the store's folder can be written to.
    public func availability() async -> Availability {
        await BlockingWork.run { [store] _ in
            guard access(store.directory, W_OK) == 0 else {
                return .unavailable(
                    reason: "the folder \(store.directory) cannot be written to: \(describe(systemError: errno))",
                    hint: "Check the permissions of the node's data directory.")
            }
            return .available
        }
    }

    /// Takes any parameters; the local publisher has none.
    public func check(_ publisher: Publisher) async throws(PublisherError) {}

    /// Packs `directory` and keeps the archive.
    ///
    /// - Returns: a `urlDownload` source with the archive's address.
    public func publish(
        _ directory: String, of execution: ExecutionID, job: JobID, to publisher: Publisher
    ) async throws(PublisherError) -> SpecConfig {
        guard let path = store.path(of: execution) else {
            throw .rejected(reason: "'\(execution)' cannot name an archive", hint: "")
        }
        let temporary = "\(path).\(UInt64.random(in: 0 ... .max)).tmp"
        do throws(ArchiveError) {
            let packed = try await TarGzip.pack(directory, to: temporary, limits: limits)
            try await commit(temporary, packed, as: execution)
        } catch {
            throw PublisherError(error)
        }
        let name = "\(execution.rawValue)\(ResultStore.suffix)"
        return SpecConfig(
            type: "urlDownload", params: ["URL": .string("\(baseURL)/\(store.token(execution))/\(name)")])
    }

    private func commit(
        _ temporary: String, _ packed: PackedArchive, as execution: ExecutionID
    ) async throws(ArchiveError) {
        try await BlockingWork.run { [store] cancellation throws(ArchiveError) in
            do throws(FileError) {
                if cancellation.isCancelled { throw .cancelled }
                try store.commit(temporary, sha256: packed.sha256, as: execution)
            } catch {
                unlink(temporary)
                throw error == .cancelled ? .cancelled : .file(error)
            }
        }
    }

    /// Deletes the archive, so that its address answers "not found".
    public func remove(_ execution: ExecutionID) async {
        await BlockingWork.run { [store] _ in store.remove(execution) }
    }
}

extension PublisherError {
    /// What a failure to pack means for the execution.
    init(_ error: ArchiveError) {
        switch error {
        case .cancelled: self = .cancelled
        case .file(.tooDeep):
            self = .rejected(reason: error.description, hint: "Nest the folders of the results less deep.")
        case .file(let file):
            let hint = file.code == ENOSPC ? "Free some space on the node's disk." : ""
            self = .unavailable(reason: "the results cannot be packed: \(error)", hint: hint)
        case .limitExceeded:
            self = .rejected(reason: "the results are too large: \(error)", hint: "Write less to the result paths.")
        case .changed: self = .unavailable(reason: error.description, hint: "Something still writes to the results.")
        case .damaged, .unsafeMember: self = .rejected(reason: "the results cannot be packed: \(error)", hint: "")
        }
    }
}
