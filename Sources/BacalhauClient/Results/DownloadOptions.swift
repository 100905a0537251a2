/// How results are fetched.
public struct DownloadOptions: Sendable {
    /// Bytes of the present file so far, and its size when the server names one.
    public typealias Progress = @Sendable (_ receivedBytes: Int, _ totalBytes: Int?) -> Void

    /// Where results are fetched from.
    public enum Route: Hashable, Sendable {
        /// What nodes keep comes through the orchestrator, or from its published address when the orchestrator has no
        /// such call, as v1.4.0's; the rest from where it was published.
        case automatic
        /// The address at which each result was published: that of a node, or of an object store.
        case published
        /// The orchestrator, which hands out what its own node keeps and redirects to the rest: for results whose
        /// published address cannot be reached from here. The credential is sent. Servers of v1.4.0 cannot do this.
        case orchestrator
    }

    /// Leaves the results as they were published, below `raw`.
    public var raw: Bool
    /// Fetches only this file or folder of the results, for example `outputs/a.csv`.
    public var path: String?
    /// The largest size of one result in bytes, packed and unpacked.
    public var bytesMax: Int
    /// Told of the progress.
    public var progress: Progress?
    /// Where results are fetched from.
    public var route: Route

    /// Everything, unpacked, up to 100 GiB each.
    public init(
        raw: Bool = false, path: String? = nil, bytesMax: Int = 100 << 30, route: Route = .automatic,
        progress: Progress? = nil
    ) {
        self.raw = raw
        self.path = path
        self.bytesMax = bytesMax
        self.route = route
        self.progress = progress
    }
}
