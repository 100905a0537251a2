import BacalhauCore

/// The flags about jobs and nodes as a whole.
enum OrchestratorFlags {
    /// Reads one flag into `settings`; `false`, and nothing read, when it is none of these.
    ///
    /// - Parameters:
    ///   - inlineValue: what stands behind `=`; a flag that is on or off has its value only there.
    ///   - value: takes the flag's value, from behind `=` or from the next argument.
    /// - Throws: `.badRequest` naming the flag and what is right.
    static func apply(
        _ flag: String, inlineValue: String?, value: () throws(BacalhauError) -> String,
        to settings: inout OrchestratorSettings
    ) throws(BacalhauError) -> Bool {
        switch flag {
        case "--default-total-timeout": settings.defaultTotalTimeoutSeconds = try seconds(value(), flag)
        case "--default-queue-timeout": settings.defaultQueueTimeoutSeconds = try seconds(value(), flag)
        case "--default-max-retries": settings.defaultRetryPolicy.retryCountMax = try number(value(), flag, 0...1000)
        case "--default-retry-backoff": settings.defaultRetryPolicy.backoffSeconds = try seconds(value(), flag)
        case "--default-retry-max-backoff": settings.defaultRetryPolicy.backoffMaxSeconds = try seconds(value(), flag)
        case "--node-disconnected-after": settings.nodeLease = .seconds(try seconds(value(), flag))
        case "--node-loss-grace": settings.nodeLossGrace = .seconds(try seconds(value(), flag))
        case "--max-unfinished-jobs": settings.unfinishedJobCountMax = try number(value(), flag, 1...10_000_000)
        case "--manual-node-approval":
            settings.approvesNewNodes = try !ComputeFlags.boolean(inlineValue ?? "true", flag)
        default: return false
        }
        return true
    }

    private static func number(_ text: String, _ flag: String, _ range: ClosedRange<Int>) throws(BacalhauError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw ComputeFlags.invalid(text, flag, "write a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Whole seconds, written as such or as a length of time.
    private static func seconds(_ text: String, _ flag: String) throws(BacalhauError) -> Int64 {
        if let value = Int64(text), (0...secondsMax).contains(value) { return value }
        guard let value = DurationText.duration(text)?.components, value.attoseconds == 0,
            (0...secondsMax).contains(value.seconds)
        else { throw ComputeFlags.invalid(text, flag, "write whole seconds (90) or a length of time like 1h30m") }
        return value.seconds
    }

    private static let secondsMax = Job.Limits.timeoutSecondsMax

    static let usage = """
          --default-total-timeout T        total timeout of batch and ops jobs that set none (default 30m; 0 for none)
          --default-queue-timeout T        queue timeout of jobs that set none (default 0: they wait for room, and fail
                                           at once if no known node can run them)
          --default-max-retries N          new attempts after failures of a node, for jobs without a RetryPolicy
                                           (default 2)
          --default-retry-backoff T        their first pause, doubled each time (default 1s)
          --default-retry-max-backoff T    their longest pause (default 1m)
          --node-disconnected-after T      silence after which a node gets no more work (default 45s)
          --node-loss-grace T              how much longer its executions are left to it (default 2m)
          --max-unfinished-jobs N          submissions beyond this are refused (default 200000)
          --manual-node-approval[=false]   new nodes wait for 'bacalhau-cli node approve', this one included

        """
}
