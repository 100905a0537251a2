public import BacalhauModel

/// An input that is on this machine.
public struct PreparedInput: Hashable, Sendable {
    /// What the job asked for.
    public var source: InputSource
    /// The file or folder on this machine.
    public var hostPath: String
    /// Where the workload finds it; below the job's target when the source names its own file (`urlDownload`).
    public var target: String
    /// Whether ``hostPath`` is a folder; otherwise it is a file.
    public var isDirectory: Bool
    /// False only where a job asked for, and the node allows, writing to a local folder.
    public var isReadOnly: Bool

    /// Makes an input; nothing is looked at, so the file or folder may be missing.
    public init(source: InputSource, hostPath: String, target: String, isDirectory: Bool, isReadOnly: Bool = true) {
        self.source = source
        self.hostPath = hostPath
        self.target = target
        self.isDirectory = isDirectory
        self.isReadOnly = isReadOnly
    }
}
