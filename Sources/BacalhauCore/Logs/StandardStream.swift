/// Which of a program's standard streams a piece of output was written to. The raw values are those of the wire.
public enum StandardStream: UInt8, Sendable, CaseIterable {
    /// Standard output.
    case stdout = 1
    /// Standard error.
    case stderr = 2
}
