import Glibc
import Synchronization

/// Lets tasks and a stub's threads wait for each other.
final class Flag: Sendable {
    private let continuation: AsyncStream<Void>.Continuation
    private let stream: AsyncStream<Void>
    private let pipe: (read: Int32, write: Int32)

    init() {
        (stream, continuation) = AsyncStream.makeStream()
        var ends: [Int32] = [-1, -1]
        _ = Glibc.pipe(&ends)
        pipe = (ends[0], ends[1])
    }

    deinit {
        close(pipe.read)
        close(pipe.write)
    }

    /// Lets everybody go on; raised once.
    func raise() {
        continuation.finish()
        _ = write(pipe.write, [1], 1)
    }

    /// For tasks.
    func wait() async { for await _ in stream {} }

    /// For a stub's thread; one at most.
    func block() {
        var byte: UInt8 = 0
        _ = read(pipe.read, &byte, 1)
    }
}
