public import BacalhauModel

/// Brings inputs of one source type to this machine. Safe to use from many executions at once.
public protocol StorageProvider: Sendable {
    /// The source types that jobs name and this serves, in lower case; the first is the one that nodes advertise.
    var sourceTypes: [String] { get }

    /// Whether whatever `check` accepts is on this machine already, or in the job. `false` unless a provider says so.
    var servesLocalData: Bool { get }

    /// Whether sources can be fetched now.
    func availability() async -> Availability

    /// Looks at a source before the node takes the job: whether its parameters make sense and it is allowed here.
    ///
    /// - Returns: how many bytes it will take on disk, 0 when that is not known cheaply.
    /// - Throws: `.rejected` when it never will work here.
    func check(_ source: Source) async throws(StorageError) -> UInt64

    /// Makes the input available below `directory`, a folder that exists, is empty and belongs to this input alone.
    ///
    /// Cancelling the task ends it promptly. At most `bytesMax` bytes are written.
    func prepare(_ input: InputSource, in directory: String, bytesMax: UInt64) async throws(StorageError)
        -> PreparedInput

    /// Releases what `prepare` holds outside of its folder; the folder itself is removed by the caller.
    func cleanUp(_ input: PreparedInput) async
}

extension StorageProvider {
    /// `false`, unless a provider says otherwise.
    public var servesLocalData: Bool { false }
}

/// Why an input could not be brought.
public enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It never will work here: wrong parameters, outside the allow-list, no such file, too large.
    case rejected(reason: String, hint: String)
    /// Trying later, or elsewhere, may help: the server does not answer, the disk is full.
    case unavailable(reason: String, hint: String)
    /// The calling task was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .rejected(let reason, _), .unavailable(let reason, _): reason
        case .cancelled: "cancelled"
        }
    }

    /// What the reader can do; empty when there is nothing to suggest.
    public var hint: String {
        switch self {
        case .rejected(_, let hint), .unavailable(_, let hint): hint
        case .cancelled: ""
        }
    }

    /// Whether another attempt may succeed.
    public var isRetryable: Bool {
        if case .rejected = self { false } else { true }
    }
}
