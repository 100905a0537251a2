import BacalhauCore

/// The flags that say how much of the machine jobs may take, and which jobs are taken.
enum ComputeFlags {
    /// Reads one flag into `settings`; `false`, and nothing read, when it is none of these.
    ///
    /// - Parameters:
    ///   - inlineValue: what stands behind `=`; a flag that is on or off has its value only there.
    ///   - value: takes the flag's value, from behind `=` or from the next argument.
    /// - Throws: `.badRequest` naming the flag and what is right.
    static func apply(
        _ flag: String, inlineValue: String?, value: () throws(BacalhauError) -> String,
        to settings: inout ComputeSettings
    ) throws(BacalhauError) -> Bool {
        switch flag {
        case "--limit-total-cpu", "--limit-total-memory", "--limit-total-disk", "--limit-total-gpu":
            try setLimit(flag, try value(), of: &settings.totalLimits)
        case "--limit-job-cpu", "--limit-job-memory", "--limit-job-disk", "--limit-job-gpu":
            try setLimit(flag, try value(), of: &settings.jobLimits)
        case "--ignore-physical-resource-limits":
            settings.ignoresPhysicalLimits = try boolean(inlineValue ?? "true", flag)
        case "--default-job-execution-timeout":
            let timeout = try duration(try value(), flag)
            guard timeout > .zero else { throw invalid("0", flag, "write a length above 0, like 10m") }
            settings.runTimeout = timeout
        default: return try applySelection(flag, inlineValue: inlineValue, value: value, to: &settings.selection)
        }
        return true
    }

    private static func applySelection(
        _ flag: String, inlineValue: String?, value: () throws(BacalhauError) -> String,
        to policy: inout JobSelectionPolicy
    ) throws(BacalhauError) -> Bool {
        switch flag {
        case "--min-job-execution-timeout": policy.minimumExecutionTimeout = try duration(try value(), flag)
        case "--max-job-execution-timeout":
            let timeout = try duration(try value(), flag)
            policy.maximumExecutionTimeout = timeout > .zero ? timeout : nil
        case "--job-execution-timeout-bypass-client-id":
            policy.timeoutBypassNamespaces.formUnion(try value().split(separator: ",").map(String.init))
        case "--job-selection-accept-networked":
            policy.acceptsNetworkedJobs = try boolean(inlineValue ?? "true", flag)
        case "--job-selection-reject-stateless":
            policy.rejectsStatelessJobs = try boolean(inlineValue ?? "true", flag)
        case "--job-selection-data-locality":
            let text = try value()
            guard let locality = JobSelectionPolicy.InputLocality(rawValue: text.lowercased()) else {
                throw invalid(text, flag, "write local or anywhere")
            }
            policy.inputLocality = locality
        case "--job-selection-probe-exec":
            let command = try value()
            policy.probeCommand = command.isEmpty ? nil : command
        case "--job-selection-probe-http":
            let url = try value()
            guard url.isEmpty || isWebURL(url) else {
                throw invalid(url, flag, "write a URL like http://127.0.0.1:8000/probe")
            }
            policy.probeURL = url.isEmpty ? nil : url
        default: return false
        }
        return true
    }

    /// Looks at what only makes sense together.
    static func check(_ settings: ComputeSettings) throws(BacalhauError) {
        let minimum = settings.selection.minimumExecutionTimeout
        if let maximum = settings.selection.maximumExecutionTimeout, maximum < minimum {
            throw BacalhauError(
                .badRequest,
                "--max-job-execution-timeout \(DurationText.goStyle(maximum)) is less than "
                    + "--min-job-execution-timeout \(DurationText.goStyle(minimum)): no job with a timeout could run")
        }
    }

    /// Reads `true` and `false` the way Go's flags do.
    static func boolean(_ text: String, _ flag: String) throws(BacalhauError) -> Bool {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default: throw invalid(text, flag, "write true or false")
        }
    }

    private static func setLimit(
        _ flag: String, _ text: String, of limits: inout ResourceLimits
    ) throws(BacalhauError) {
        switch flag.split(separator: "-").last {
        case "cpu":
            guard let value = ResourceAmount.millicores(text), value > 0 else {
                throw invalid(text, flag, "write cores (1.5) or millicores (1500m), more than 0")
            }
            limits.cpuMillicores = value
        case "memory": limits.memoryBytes = try bytes(text, flag)
        case "disk": limits.diskBytes = try bytes(text, flag)
        default:
            guard let value = UInt64(text) else { throw invalid(text, flag, "write a whole number, 0 for no GPUs") }
            limits.gpuCount = value
        }
    }

    private static func bytes(_ text: String, _ flag: String) throws(BacalhauError) -> UInt64 {
        guard let value = ResourceAmount.bytes(text), value > 0 else {
            throw invalid(text, flag, "write an amount like 4Gb or 512Mi, more than 0")
        }
        return value
    }

    private static func duration(_ text: String, _ flag: String) throws(BacalhauError) -> Duration {
        guard let value = DurationText.duration(text) else {
            throw invalid(text, flag, "write a length of time like 90s, 10m or 1h30m")
        }
        return value
    }

    private static func isWebURL(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.lowercased().hasPrefix($0) && text.utf8.count > $0.utf8.count }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    static func invalid(_ text: String, _ flag: String, _ advice: String) -> BacalhauError {
        BacalhauError(.badRequest, "invalid argument \"\(text)\" for \(flag): \(advice)")
    }

    static let usage = """
          --limit-total-cpu N, --limit-total-memory N, --limit-total-disk N, --limit-total-gpu N
                                           what all executions together may take: cores (1.5 or 1500m), bytes (4Gb),
                                           GPUs (default: all cores and GPUs, four fifths of memory and free disk)
          --limit-job-cpu N, --limit-job-memory N, --limit-job-disk N, --limit-job-gpu N
                                           what one execution may ask for (default: the total)
          --ignore-physical-resource-limits
                                           allow limits above what the machine has
          --default-job-execution-timeout T
                                           longest run of jobs that set none (default 10m, at most the maximum)
          --min-job-execution-timeout T, --max-job-execution-timeout T
                                           refuse jobs with shorter or longer timeouts, and end those without one after the
                                           maximum (default 500ms, and no maximum)
          --job-execution-timeout-bypass-client-id NS,…
                                           namespaces whose jobs may have any timeout
          --job-selection-accept-networked[=false]
                                           take jobs that ask for network access (default true)
          --job-selection-reject-stateless refuse jobs without inputs
          --job-selection-data-locality L  anywhere, or local: only jobs whose inputs are here (default anywhere)
          --job-selection-probe-exec CMD   bash command that decides: exit code 0 takes the job, which is on its
                                           standard input; standard error is the reason to refuse; 10 s at most
          --job-selection-probe-http URL   server that decides: the job is posted, a status from 400 on refuses it

        """
}
