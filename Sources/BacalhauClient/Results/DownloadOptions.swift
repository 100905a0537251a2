/// How results are fetched.
public struct DownloadOptions: Sendable {
    /// Bytes of the present file so far, and its size when the server names one.
    public typealias Progress = @Sendable (_ receivedBytes: Int, _ totalBytes: Int?) -> Void

    /// Leaves the results as they were published, below `raw`.
    public var raw: Bool
    /// Fetches only this file or folder of the results, for example `outputs/a.csv`.
    public var path: String?
    /// The largest size of one result in bytes, packed and unpacked.
    public var bytesMax: Int
    /// Told of the progress.
    public var progress: Progress?

    /// Everything, unpacked, up to 100 GiB each.
    public init(raw: Bool = false, path: String? = nil, bytesMax: Int = 100 << 30, progress: Progress? = nil) {
        self.raw = raw
        self.path = path
        self.bytesMax = bytesMax
        self.progress = progress
    }
}
