public import BacalhauModel

/// Takes what one execution writes to its output streams, in order.
public protocol ExecutionLogWriter: Sendable {
    /// Appends a piece of output. May be called from any thread; calls for one execution must not overlap.
    ///
    /// Never blocks for readers. Past the execution's size limit the rest is counted and dropped, so that a workload
    /// that writes without end keeps running but cannot fill the disk.
    ///
    /// - Parameters:
    ///   - stream: where the workload wrote it.
    ///   - bytes: not kept beyond the call.
    ///   - time: when it was written, where that is known to be before now.
    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, writtenAt time: Timestamp?)

    /// What has come so far. An executor that takes over a workload of an earlier process goes on behind it.
    var written: WrittenOutput { get }

    /// The end of what has come, for finding the same place in an engine's own log.
    ///
    /// - Parameters:
    ///   - since: leaves out what came before.
    ///   - bytesMax: how much to give of both streams together, and at most one piece more.
    /// - Returns: less, or nothing, where the log cannot be read.
    func recentOutput(since: Timestamp, bytesMax: Int) -> RecentOutput
}

extension ExecutionLogWriter {
    /// Appends what is written now.
    public func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer) {
        append(stream, bytes, writtenAt: nil)
    }

    /// Appends a text as UTF-8.
    public func append(_ stream: StandardStream, _ text: String) {
        Array(text.utf8).withUnsafeBytes { append(stream, $0) }
    }
}
