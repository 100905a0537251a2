/// Takes what one execution writes to its output streams, in order.
public protocol ExecutionLogWriter: Sendable {
    /// Appends a piece of output. May be called from any thread; calls for one execution must not overlap.
    ///
    /// Never blocks for readers. Past the execution's size limit the rest is counted and dropped, so that a workload
    /// that writes without end keeps running but cannot fill the disk.
    func append(_ stream: LogStream, _ bytes: UnsafeRawBufferPointer)
}

/// Which output stream a piece of output was written to. The raw values are those of the wire.
public enum LogStream: UInt8, Sendable, CaseIterable {
    case stdout = 1
    case stderr = 2
}
