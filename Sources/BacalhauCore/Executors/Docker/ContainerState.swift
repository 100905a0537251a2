internal import BacalhauModel

/// How a container is, as the engine's `inspect` has it.
struct ContainerState: Hashable, Sendable {
    var id: String
    /// `created`, `running`, `exited`, …
    var status: String
    var exitCode: Int64
    /// Whether the kernel killed a process of it for want of memory.
    var wasKilledForMemory: Bool
    /// The engine's own trouble with the container; usually empty.
    var error: String
    var labels: [String: String]

    /// Whether it was made and never started.
    var isNeverStarted: Bool { status == "created" }

    init(
        id: String, status: String, exitCode: Int64 = 0, wasKilledForMemory: Bool = false, error: String = "",
        labels: [String: String] = [:]
    ) {
        self.id = id
        self.status = status
        self.exitCode = exitCode
        self.wasKilledForMemory = wasKilledForMemory
        self.error = error
        self.labels = labels
    }

    /// Reads the engine's document.
    init?(_ document: JSONValue?) {
        guard let members = document?.object, let id = members["Id"]?.string,
            let state = members["State"]?.object, let status = state["Status"]?.string
        else { return nil }
        let exitCode: Int64 = if case .integer(let code)? = state["ExitCode"] { code } else { -1 }
        self.init(
            id: id, status: status, exitCode: exitCode, wasKilledForMemory: state["OOMKilled"] == true,
            error: state["Error"]?.string ?? "",
            labels: (members["Config"]?.object?["Labels"]?.object ?? [:]).compactMapValues(\.string))
    }
}

extension ContainerState {
    /// How the program ended, in words for the author of the job.
    /// - Parameters:
    ///   - stopReason: why it was stopped from outside, if it was.
    ///   - memoryLimit: in bytes, 0 for none.
    ///   - stderrStart: the beginning of what it wrote to stderr.
    func report(stopReason: StopReason?, memoryLimit: UInt64, image: String, stderrStart: [UInt8]) -> ExitReport {
        if let stopReason {
            let message =
                switch stopReason {
                case .cancelled: "the execution was cancelled"
                case .deadline: "the execution took longer than it may"
                }
            let hint = stopReason == .deadline ? "raise the task's ExecutionTimeout, or give it less to do" : ""
            return ExitReport(exitCode: exitCode, errorMessage: message, hint: hint)
        }
        if wasKilledForMemory {
            let limit =
                memoryLimit > 0 ? "; the limit is \(memoryLimit) bytes (\(Self.mebibytes(memoryLimit)) MiB)" : ""
            return ExitReport(
                exitCode: exitCode, errorMessage: "memory limit exceeded: the program was killed\(limit)",
                hint: "raise Resources.Memory of the task, or let the program use less")
        }
        if let program = Self.missingProgram(exitCode: exitCode, stderrStart: stderrStart) {
            return ExitReport(
                exitCode: exitCode, errorMessage: "the program could not be started in image \(image): \(program)",
                hint: "check Entrypoint and Parameters; the first word must be an executable program of the image")
        }
        let isKill = exitCode == 137 && memoryLimit > 0
        return ExitReport(
            exitCode: exitCode, errorMessage: error,
            hint: isKill ? "exit code 137 is a kill; perhaps Resources.Memory of the task is too small" : "")
    }

    /// With one decimal where it is no whole number.
    private static func mebibytes(_ bytes: UInt64) -> String {
        let tenths = bytes / 104_858 + (bytes % 104_858 >= 52_429 ? 1 : 0)
        return bytes % (1 << 20) == 0 ? String(bytes >> 20) : "\(tenths / 10).\(tenths % 10)"
    }

    /// What the container's first process says when it finds no program: `exec NAME failed: REASON`.
    private static func missingProgram(exitCode: Int64, stderrStart: [UInt8]) -> String? {
        guard exitCode == 126 || exitCode == 127 else { return nil }
        let line = String(decoding: stderrStart.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard line.hasPrefix("[FATAL tini"), let start = line.firstIndex(of: "]") else { return nil }
        return String(line[line.index(after: start)...]).trimmingBlanks()
    }
}
