import BacalhauModel

/// Asks a command of the operator whether a job is wanted.
struct CommandProbe: Sendable {
    let command: String
    let searchPath: String
    let deadline: Duration

    /// The longest text that the system takes as one variable is 128 KiB, name included; larger jobs are only on
    /// standard input.
    private static let variableBytesMax = 120 << 10
    /// How much of the command's standard error becomes the reason.
    private static let reasonBytesMax = 4096

    func ask(_ data: [UInt8]) async -> SelectionAnswer {
        guard let shell = ExternalCommand.find("bash", in: searchPath) else {
            return .undecided("the job selection command cannot be started: there is no bash in \(searchPath)")
        }
        var environment = ["PATH": searchPath]
        if data.count <= CommandProbe.variableBytesMax {
            environment["BACALHAU_JOB_SELECTION_PROBE_DATA"] = String(decoding: data, as: UTF8.self)
        }
        do {
            let result = try await ExternalCommand(
                path: shell, arguments: ["-c", command], environment: environment, input: data, deadline: deadline,
                outputBytesMax: CommandProbe.reasonBytesMax
            ).run()
            return answer(to: result)
        } catch {
            return .undecided("the job selection command \(command.debugDescription) gave no answer: \(error)")
        }
    }

    /// The decision: exit code 0 is yes, any other no; a command that was killed decided nothing.
    func answer(to result: ExternalCommand.Result) -> SelectionAnswer {
        guard case .exited(let code) = result.end else {
            return .undecided("the job selection command \(command.debugDescription) gave no answer: \(result.end)")
        }
        guard code != 0 else { return .accepted }
        let reason = String(decoding: result.errorOutput, as: UTF8.self).trimmingBlanks()
        return .refused(
            reason.isEmpty
                ? "this node does not accept jobs where external command \(command.debugDescription) returns exit code \(code)"
                : reason)
    }
}
