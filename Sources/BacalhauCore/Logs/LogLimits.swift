internal import BacalhauFiles
internal import BacalhauModel

/// How much of an execution's output is kept.
struct LogLimits: Hashable, Sendable {
    /// The most bytes of output, both streams together, that one log holds; the rest is counted and dropped.
    var bytesMax: UInt64
    /// How many bytes from the beginning of each stream are held in memory for the run result.
    var headBytesMax: Int

    /// Makes limits; by default 1 GiB in the log and the run result's 2048 bytes of each stream.
    init(bytesMax: UInt64 = 1 << 30, headBytesMax: Int = RunResult.outputBytesMax) {
        self.bytesMax = bytesMax
        self.headBytesMax = headBytesMax
    }
}

/// Where reading a log begins.
enum LogPosition: Hashable, Sendable {
    /// With the first record.
    case start
    /// Behind what is there when the reader is made.
    case now
    /// With the last so many lines of what is there, both streams counted together in the order they were written.
    /// Looks through 64 MiB of output at most.
    case last(Int)
    /// With the record of this number, or the first one after it; for going on after an interruption.
    case sequence(UInt64)
}

/// Why a log could not be opened, read or copied.
enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The execution's name cannot be the name of a file.
    case invalidName(ExecutionID)
    /// A system call failed; `code` is the system's error number.
    case file(path: String, code: Int32)
    /// The file is not a log of this format.
    case notALog(path: String)
    /// The bytes at this place of the file are not what was written there.
    case damaged(path: String, offset: UInt64)
    /// The calling task was cancelled.
    case cancelled

    var description: String {
        switch self {
        case .invalidName(let id): "'\(id)' cannot name a log: use letters, digits, '-', '_' and '.'"
        case .file(let path, let code): "\(path): \(describe(systemError: code))"
        case .notALog(let path): "\(path) is not a log file, or of an unknown version"
        case .damaged(let path, let offset): "\(path) is damaged at byte \(offset)"
        case .cancelled: "cancelled"
        }
    }
}

/// What is known of a log as a whole.
struct LogInfo: Hashable, Sendable {
    /// Bytes that the workload wrote to each stream, kept or not.
    var bytes: [StandardStream: UInt64]
    /// Bytes that were not kept: past the limit, or while the disk was full.
    var droppedBytes: UInt64
    /// The number of the last record; 0 when there is none.
    var lastSequence: UInt64
    /// When the last record was written; `nil` when there is none.
    var lastTime: Timestamp?
    /// Whether nothing more will be written.
    var isFinished: Bool
}
