import BacalhauModel
import BacalhauSupport

/// Finds the machine's GPUs by asking the tools of their makers.
struct GPUProbe: Sendable {
    /// Where the tools are looked for, as in `PATH`.
    let searchPath: String
    /// How long one call of a tool may take; a driver that hangs must not keep the node from starting.
    var deadline: Duration = .seconds(10)

    /// What was found, and why some tool was of no use.
    struct Findings: Hashable, Sendable {
        /// In the order NVIDIA, AMD, Intel, each by index.
        var gpus: [GPU] = []
        var problems: [String] = []
    }

    /// Asks all tools at the same time. A machine without tools has no GPUs, and that is no problem.
    func run() async -> Findings {
        async let nvidia = ask("nvidia-smi", NvidiaSMI.arguments, NvidiaSMI.gpus)
        async let amd = ask("rocm-smi", RocmSMI.arguments, RocmSMI.gpus)
        async let intel = askXPU()
        var findings = Findings()
        for part in [await nvidia, await amd, await intel] {
            findings.gpus += part.gpus.sorted { $0.index < $1.index }
            findings.problems += part.problems
        }
        return findings
    }

    private func ask(
        _ tool: String, _ arguments: [String], _ read: ([UInt8]) throws(GPUToolError) -> [GPU]
    ) async -> Findings {
        guard let path = ExternalCommand.find(tool, in: searchPath) else { return Findings() }
        do throws(GPUToolError) {
            return Findings(gpus: try read(try await output(path, arguments)))
        } catch {
            return Findings(problems: ["\(tool): \(error)"])
        }
    }

    /// The list of devices does not tell their memory: each is asked for by itself.
    private func askXPU() async -> Findings {
        guard let path = ExternalCommand.find("xpu-smi", in: searchPath) else { return Findings() }
        var findings = Findings()
        do throws(GPUToolError) {
            for device in try XPUSMI.devices(try await output(path, XPUSMI.listArguments)) {
                do throws(GPUToolError) {
                    findings.gpus.append(try XPUSMI.gpu(try await output(path, XPUSMI.arguments(for: device))))
                } catch {
                    findings.problems.append("xpu-smi: device \(device): \(error)")
                }
            }
        } catch {
            findings.problems.append("xpu-smi: \(error)")
        }
        return findings
    }

    private func output(_ path: String, _ arguments: [String]) async throws(GPUToolError) -> [UInt8] {
        let result: ExternalCommand.Result
        do throws(ExternalCommand.Failure) {
            // Some of the tools are scripts that look for their interpreter.
            result = try await ExternalCommand(
                path: path, arguments: arguments, environment: ["PATH": searchPath], deadline: deadline
            ).run()
        } catch {
            throw .failed("\(error)")
        }
        guard result.end == .exited(code: 0) else {
            let text = String(decoding: result.errorOutput + result.output, as: UTF8.self).trimmingBlanks()
            let line = text.split(whereSeparator: \.isNewline).first.map { ": \($0.excerpt())" } ?? ""
            throw .failed("\(result.end)\(line)")
        }
        return result.output
    }
}

/// Why a GPU tool's answer is of no use.
enum GPUToolError: Error, Hashable, Sendable, CustomStringConvertible {
    case failed(String)
    /// The output is not what the tool is known to print.
    case unreadable(String)

    var description: String {
        switch self {
        case .failed(let reason): reason
        case .unreadable(let what): "cannot read its output: \(what)"
        }
    }
}
