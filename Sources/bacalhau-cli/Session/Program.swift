import BacalhauSupport
import FoundationEssentials
import Glibc

/// The program around the commands: its name, its streams, its signals.
enum Program {
    nonisolated static func run(_ arguments: [String]) async -> ExitStatus {
        // A reader that goes away ends a write with an error, not the process with a signal.
        signal(SIGPIPE, SIG_IGN)
        let interrupts = Interrupts()
        let errors = DescriptorSink(descriptor: STDERR_FILENO)
        let context = CommandContext(
            programName: arguments.first ?? "bacalhau-cli", environment: ProcessInfo.processInfo.environment,
            output: DescriptorSink(descriptor: STDOUT_FILENO), errors: errors,
            readInput: { () throws(FileReader.Failure) in
                if isatty(STDIN_FILENO) == 1 {
                    try? errors.write("reading the job from /dev/stdin; Ctrl-d ends it\n")
                }
                return try FileReader.contents(of: STDIN_FILENO)
            },
            connect: { settings in ServerConnection.client(settings, errors: errors) },
            interrupted: { await interrupts.wait() }, now: { SystemWallClock().now() })
        return await CommandRunner.run(Array(arguments.dropFirst()), context)
    }
}
