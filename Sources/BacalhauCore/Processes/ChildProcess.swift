import BacalhauSupport
import CLinux
import Glibc

/// A process of ours, from its start until its end has been collected. Owns the process's descriptor.
///
/// It must be reaped before it is dropped, or it stays behind as a zombie.
struct ChildProcess: ~Copyable {
    let id: pid_t
    /// Becomes readable once the process has ended.
    let endDescriptor: Int32

    /// Starts a program with `/dev/null` as standard input and output, our standard error, one descriptor as number 3,
    /// and nothing else of ours.
    ///
    /// - Parameter inherited: the descriptor that the program finds as number 3; still the caller's to close here.
    static func start(
        _ path: String, arguments: [String], environment: [String: String], inheriting inherited: Int32
    ) throws(SystemError) -> ChildProcess {
        try start(path, arguments, environment) { arguments, environment, id in
            bac_spawn(path, arguments, environment, inherited, &id)
        }
    }

    /// Starts a program with these as standard input, output and error, and nothing else of ours. It leads a process
    /// group of its own. The descriptors, all from 3 on, are still the caller's to close here.
    static func start(
        _ path: String, arguments: [String], environment: [String: String], standard descriptors: [Int32]
    ) throws(SystemError) -> ChildProcess {
        try start(path, arguments, environment) { arguments, environment, id in
            bac_spawn_command(path, arguments, environment, descriptors, &id)
        }
    }

    private typealias Texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    private static func start(
        _ path: String, _ arguments: [String], _ environment: [String: String],
        _ spawn: (_ arguments: Texts, _ environment: Texts, _ id: inout pid_t) -> Int32
    ) throws(SystemError) -> ChildProcess {
        var argumentPointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var environmentPointers: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var id: pid_t = 0
        let failure = spawn(&argumentPointers, &environmentPointers, &id)
        guard failure == 0 else { throw SystemError(code: failure, doing: "starting \(path)") }
        let endDescriptor = bac_pidfd_open(id)
        guard endDescriptor >= 0 else {
            let code = errno
            Glibc.kill(id, SIGKILL)
            waitpid(id, nil, 0)
            throw SystemError(code: code, doing: "opening a process")
        }
        return ChildProcess(id: id, endDescriptor: endDescriptor)
    }

    private init(id: pid_t, endDescriptor: Int32) {
        self.id = id
        self.endDescriptor = endDescriptor
    }

    deinit { close(endDescriptor) }

    /// Ends the process at once. Only before it is reaped: afterwards the number may be another's.
    func kill() { Glibc.kill(id, SIGKILL) }

    /// Ends the process and whatever it started in its group. Only for leaders of a group, before they are reaped.
    func killGroup() { Glibc.kill(-id, SIGKILL) }

    /// Collects how the process ended; waits for that when it has not. Exactly once.
    consuming func reap() -> ProcessEnd {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 {
            guard errno == EINTR else { return .unknown }
        }
        let signal = status & 0x7f
        return signal == 0 ? .exited(code: (status >> 8) & 0xff) : .killed(signal: signal)
    }
}

/// How a process ended.
enum ProcessEnd: Hashable, Sendable, CustomStringConvertible {
    case exited(code: Int32)
    case killed(signal: Int32)
    case unknown

    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(SIGKILL): "killed (signal 9; by hand or for lack of memory)"
        case .killed(let signal): "killed by signal \(signal)"
        case .unknown: "unknown end"
        }
    }
}
