/// What a download asks for besides its request.
public struct HTTPDownloadOptions: Sendable {
    /// The largest size of the whole file in bytes; `nil` is no limit.
    public var limit: Int?
    /// How many bytes of the file are there from an earlier try; the rest is asked for.
    public var resumeOffset: Int
    /// The strong `ETag` of the earlier try: with another the server sends the whole file again.
    public var entityTag: String?
    /// Whether the SHA-256 of the whole file is computed on the way.
    public var computesSHA256: Bool
    /// Called after each piece in the task that downloads: bytes of the file there, and its size if known.
    public var progress: (@Sendable (_ received: Int, _ total: Int?) -> Void)?

    /// A download from the start without a limit.
    public init(
        limit: Int? = nil, resumeOffset: Int = 0, entityTag: String? = nil, computesSHA256: Bool = false,
        progress: (@Sendable (_ received: Int, _ total: Int?) -> Void)? = nil
    ) {
        self.limit = limit
        self.resumeOffset = resumeOffset
        self.entityTag = entityTag
        self.computesSHA256 = computesSHA256
        self.progress = progress
    }
}

/// A finished download.
public struct HTTPDownload: Sendable, Equatable {
    /// The header fields of the answer.
    public var headers: HTTPHeaders
    /// The URL that answered.
    public var effectiveURL: String
    /// The size of the whole file in bytes.
    public var size: Int
    /// How many bytes came over the network; less than ``size`` if an earlier try was continued.
    public var receivedBytes: Int
    /// SHA-256 of the whole file in lower-case hexadecimal digits, if asked for.
    public var sha256: String?
}
