import BacalhauSupport
import CLinux
import Glibc
import Synchronization

/// The process in which programs run: a sub-command of the node's executable that the node starts for itself.
///
/// It speaks frames over descriptor 3. When the node stops sending, the running program is interrupted and
/// the process ends after its answer; when the node closes or dies, it ends at once.
public enum WasmWorker {
    /// The name of the sub-command.
    public static let command = "wasm-worker"

    static let socket: Int32 = 3

    /// Serves requests until the node has no more; then ends the process.
    ///
    /// - Parameter arguments: what follows the sub-command: the node's process number, the library, the folder for
    ///   compiled modules, its size in bytes.
    public static func run(_ arguments: [String]) -> Never {
        guard arguments.count == 4, let parent = pid_t(arguments[0]), let cacheBytes = UInt64(arguments[3]),
            fcntl(socket, F_GETFD) >= 0
        else {
            complain("\(command) is started by the node itself and not by hand\n")
            _exit(64)
        }
        guard bac_die_with_parent(parent) else { _exit(0) }
        limitProcess()
        let service = WorkerService(library: arguments[1], cache: arguments[2], cacheBytesMax: cacheBytes)
        service.run()
        _exit(0)
    }

    private static func limitProcess() {
        // Closed on exec, like everything else here.
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        // Writing to a node that is gone must be an error and not a signal.
        signal(SIGPIPE, SIG_IGN)
        // A core file would hold the program's data.
        var core = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
        // When memory runs out the program goes first, not the node.
        let fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        if fd >= 0 {
            _ = "500".withCString { write(fd, $0, 3) }
            close(fd)
        }
    }

    private static func complain(_ text: String) {
        var text = text
        text.withUTF8 { _ = writeAll(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
    }
}

/// Whether the node wants the running program to end.
enum WorkerInterrupt {
    private static let requested = Atomic(false)

    static var isRequested: Bool { requested.load(ordering: .sequentiallyConsistent) }

    /// Starts a thread that sleeps until the node stops sending, then calls `interrupt`.
    static func watch(_ interrupt: @escaping @Sendable () -> Void) {
        _ = try? DedicatedThread(name: "wasm-watch") {
            bac_wait_for_half_close(WasmWorker.socket)
            requested.store(true, ordering: .sequentiallyConsistent)
            interrupt()
            // Nobody is left to answer to: a program that sleeps in a call of the system is not worth waiting for.
            bac_wait_for_close(WasmWorker.socket)
            _exit(0)
        }
    }
}
