import BacalhauFiles
import BacalhauSupport
import CLinux
import Glibc

/// A program that is run for its answer: what it prints and how it ends.
struct ExternalCommand: Sendable {
    /// The program's file; ``find(_:in:)`` looks for a name.
    var path: String
    var arguments: [String] = []
    /// All that the program finds in its environment.
    var environment: [String: String] = [:]
    /// What the program reads from standard input.
    var input: [UInt8] = []
    /// The longest it may run; then it is killed with everything it started in its group.
    var deadline: Duration = .seconds(10)
    /// How much of each output stream is kept; the rest is read and dropped.
    var outputBytesMax = 1 << 20

    /// How a command ended and what it printed.
    struct Result: Hashable, Sendable {
        var end: ProcessEnd
        var output: [UInt8] = []
        var errorOutput: [UInt8] = []
    }

    /// Why there is no answer.
    enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case cannotStart(String)
        case deadline(Duration)
        case cancelled

        var description: String {
            switch self {
            case .cannotStart(let reason): "it cannot be started: \(reason)"
            case .deadline(let deadline): "it did not end within \(DurationText.goStyle(deadline))"
            case .cancelled: "it was cancelled"
            }
        }
    }

    /// Runs the command to its end. What it leaves running in its process group is killed.
    ///
    /// A few commands run at once, more wait for their turn. Cancelling the task kills the command.
    func run() async throws(Failure) -> Result {
        try await BlockingWork.run(.programs) { (cancellation) throws(Failure) in try runHere(cancellation) }
    }

    /// Where programs usually are.
    static let defaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The file of a program in a list of folders as in `PATH`; `nil` when it is in none.
    static func find(_ name: String, in searchPath: String) -> String? {
        searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private func runHere(_ cancellation: BlockingWork.Cancellation) throws(Failure) -> Result {
        guard !cancellation.isCancelled else { throw .cancelled }
        let input: Descriptor
        let output: Pipe
        let errorOutput: Pipe
        let process: ChildProcess
        do throws(SystemError) {
            input = try inputFile()
            output = try Pipe()
            errorOutput = try Pipe()
            process = try ChildProcess.start(
                path, arguments: arguments, environment: environment,
                standard: [input.number, output.writeEnd.number, errorOutput.writeEnd.number])
        } catch {
            throw .cannotStart("\(error)")
        }
        output.writeEnd.close()
        errorOutput.writeEnd.close()
        var streams = [CommandStream(output.readEnd, bytesMax: outputBytesMax)]
        streams.append(CommandStream(errorOutput.readEnd, bytesMax: outputBytesMax))
        let failure = wait(for: process.endDescriptor, reading: &streams, cancellation)
        process.killGroup()
        let end = process.reap()
        if let failure { throw failure }
        for index in streams.indices { streams[index].read() }
        return Result(end: end, output: streams[0].bytes, errorOutput: streams[1].bytes)
    }

    /// Reads until the process has ended, its time is over, or nobody waits any more.
    private func wait(
        for end: Int32, reading streams: inout [CommandStream], _ cancellation: BlockingWork.Cancellation
    ) -> Failure? {
        let limit = ContinuousClock.now + deadline
        while true {
            var entries = streams.map { pollfd(fd: $0.isOpen ? $0.number : -1, events: Int16(POLLIN), revents: 0) }
            entries.append(pollfd(fd: end, events: Int16(POLLIN), revents: 0))
            // Short waits, because cancellation raises only a flag.
            _ = poll(&entries, nfds_t(entries.count), 20)
            for index in streams.indices where entries[index].revents != 0 { streams[index].read() }
            if entries[streams.count].revents != 0 { return nil }
            if cancellation.isCancelled { return .cancelled }
            if ContinuousClock.now >= limit { return .deadline(deadline) }
        }
    }

    /// A file rather than a pipe: a program that does not read cannot hold us up, whatever the size.
    private func inputFile() throws(SystemError) -> Descriptor {
        let file = try Descriptor(bac_memory_file(), doing: "making a file for a command's input")
        var written = 0
        while written < input.count {
            let count = input[written...].withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
            guard count > 0 else { throw SystemError(code: errno, doing: "writing a command's input") }
            written += count
        }
        lseek(file.number, 0, SEEK_SET)
        return file
    }
}

/// A descriptor from 3 on, closed with its last owner or before.
private final class Descriptor {
    private(set) var number: Int32

    /// Takes over an open descriptor; a number below 3, free when the program was started without it, is moved up.
    init(_ number: Int32, doing: String) throws(SystemError) {
        guard number >= 0 else { throw SystemError(code: errno, doing: doing) }
        guard number < 3 else {
            self.number = number
            return
        }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, 3)
        let code = errno
        Glibc.close(number)
        guard moved >= 0 else { throw SystemError(code: code, doing: doing) }
        self.number = moved
    }

    deinit { close() }

    func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }
}

/// Two ends of a pipe; reading does not block.
private struct Pipe {
    let readEnd: Descriptor
    let writeEnd: Descriptor

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        let code = bac_pipe(&ends)
        guard code == 0 else { throw SystemError(code: code, doing: "making a pipe") }
        do throws(SystemError) {
            readEnd = try Descriptor(ends[0], doing: "making a pipe")
        } catch {
            close(ends[1])
            throw error
        }
        writeEnd = try Descriptor(ends[1], doing: "making a pipe")
    }
}

/// What came out of one stream so far.
private struct CommandStream {
    private let descriptor: Descriptor
    private let bytesMax: Int
    private(set) var isOpen = true
    private(set) var bytes: [UInt8] = []

    var number: Int32 { descriptor.number }

    init(_ descriptor: Descriptor, bytesMax: Int) {
        self.descriptor = descriptor
        self.bytesMax = bytesMax
    }

    /// Takes what is there now, at most as much as a pipe holds, so that an endless writer cannot hold us up.
    mutating func read() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor.number, &buffer, buffer.count)
        if count > 0 { bytes += buffer.prefix(min(count, bytesMax - bytes.count)) }
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { isOpen = false }
    }
}
