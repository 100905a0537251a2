public import BacalhauModel

/// What a download brought.
public struct DownloadReport: Hashable, Sendable {
    /// Where the files are.
    public var directory: String
    /// The results that were fetched; empty when the job published nothing.
    public var results: [DownloadedResult]
    /// Results of kinds that cannot be fetched; when there is one, nothing was fetched.
    public var unsupported: [SpecConfig]

    /// Puts a report together.
    public init(directory: String, results: [DownloadedResult] = [], unsupported: [SpecConfig] = []) {
        self.directory = directory
        self.results = results
        self.unsupported = unsupported
    }
}

/// One fetched result.
public struct DownloadedResult: Hashable, Sendable {
    /// Where it came from.
    public var source: SpecConfig
    /// The file as it was published. It is gone after a download that unpacks.
    public var path: String
    /// The size of the file.
    public var sizeBytes: Int
    /// Less than ``sizeBytes`` when an earlier download was continued; 0 when the file was there.
    public var receivedBytes: Int

    /// Describes a fetched result.
    public init(source: SpecConfig, path: String, sizeBytes: Int, receivedBytes: Int) {
        self.source = source
        self.path = path
        self.sizeBytes = sizeBytes
        self.receivedBytes = receivedBytes
    }
}
