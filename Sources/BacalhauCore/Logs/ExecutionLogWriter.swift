/// Takes what one execution writes to its output streams, in order.
public protocol ExecutionLogWriter: Sendable {
    /// Appends a piece of output. May be called from any thread; calls for one execution must not overlap.
    ///
    /// Never blocks for readers. Past the execution's size limit the rest is counted and dropped, so that a workload
    /// that writes without end keeps running but cannot fill the disk.
    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer)
}

extension ExecutionLogWriter {
    /// Appends a text as UTF-8.
    public func append(_ stream: StandardStream, _ text: String) {
        Array(text.utf8).withUnsafeBytes { append(stream, $0) }
    }
}
