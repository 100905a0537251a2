import BacalhauSupport
import CLinux
import Glibc
import Synchronization

/// What callers want from the pool's thread, and the descriptor that wakes it.
final class WorkerInbox: Sendable {
    enum Command: Sendable {
        case submit(WorkerTask)
        case stop(UInt64, grace: Duration)
        case close
    }

    /// Readable while commands wait.
    let descriptor: Int32
    private let commands = Mutex<[Command]>([])

    init() throws(SystemError) {
        descriptor = bac_eventfd()
        guard descriptor >= 0 else { throw SystemError(code: errno, doing: "making an event counter") }
    }

    deinit { close(descriptor) }

    func put(_ command: Command) {
        commands.withLock { $0.append(command) }
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func takeAll() -> [Command] {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }
}
