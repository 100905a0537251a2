import Glibc

/// Where a command writes: the standard output or error, or a test's buffer.
protocol TextSink: Sendable {
    /// Whether a person looks at it; decides about colours and moving displays.
    var isTerminal: Bool { get }
    /// Columns of the terminal; `nil` when unknown.
    var columns: Int? { get }
    /// - Throws: ``SinkClosed`` when nobody reads any more.
    func write(_ text: String) throws(SinkClosed)
}

/// The reader of the output went away.
struct SinkClosed: Error {}

extension TextSink {
    func line(_ text: String = "") throws(SinkClosed) { try write(text + "\n") }
}

/// A file descriptor that stays open as long as the process.
struct DescriptorSink: TextSink {
    let descriptor: Int32

    var isTerminal: Bool { isatty(descriptor) == 1 }

    var columns: Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    func write(_ text: String) throws(SinkClosed) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                throw SinkClosed()
            }
        }
    }
}
