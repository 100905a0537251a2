import BacalhauCore

/// The flags about jobs and nodes as a whole.
enum OrchestratorFlags {
    /// Flags without a value.
    static let switches: Set<String> = ["--manual-node-approval"]

    static let names: Set<String> = switches.union([
        "--default-total-timeout", "--default-queue-timeout", "--default-max-retries", "--default-retry-backoff",
        "--default-retry-max-backoff", "--node-disconnected-after", "--node-loss-grace", "--max-unfinished-jobs",
    ])

    /// Takes one flag of ``names``; a switch has an empty value or a boolean.
    ///
    /// - Throws: `.badRequest` naming the flag and what is right.
    static func apply(_ flag: String, _ value: String, to settings: inout OrchestratorSettings) throws(BacalhauError) {
        switch flag {
        case "--default-total-timeout": settings.defaultTotalTimeoutSeconds = try seconds(value, flag)
        case "--default-queue-timeout": settings.defaultQueueTimeoutSeconds = try seconds(value, flag)
        case "--default-max-retries":
            settings.defaultRetryPolicy.retryCountMax = try number(value, flag, 0...1000)
        case "--default-retry-backoff": settings.defaultRetryPolicy.backoffSeconds = try seconds(value, flag)
        case "--default-retry-max-backoff": settings.defaultRetryPolicy.backoffMaxSeconds = try seconds(value, flag)
        case "--node-disconnected-after": settings.nodeLease = .seconds(try seconds(value, flag))
        case "--node-loss-grace": settings.nodeLossGrace = .seconds(try seconds(value, flag))
        case "--max-unfinished-jobs": settings.unfinishedJobCountMax = try number(value, flag, 1...10_000_000)
        case "--manual-node-approval": settings.approvesNewNodes = try !isOn(value, flag)
        default: break
        }
    }

    private static func isOn(_ text: String, _ flag: String) throws(BacalhauError) -> Bool {
        switch text.lowercased() {
        case "", "true", "1": return true
        case "false", "0": return false
        default:
            throw BacalhauError(.badRequest, "invalid argument \"\(text)\" for \(flag): write true or false")
        }
    }

    private static func number(_ text: String, _ flag: String, _ range: ClosedRange<Int>) throws(BacalhauError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw BacalhauError(
                .badRequest,
                "invalid argument \"\(text)\" for \(flag): write a number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return value
    }

    /// Reads `90`, `90s`, `1m30s` or `2h`.
    static func seconds(_ text: String, _ flag: String) throws(BacalhauError) -> Int64 {
        if let value = Int64(text), (0...secondsMax).contains(value) { return value }
        var total: Int64 = 0
        var digits = ""
        var isRead = false
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = units[character], digits.count <= 9, let value = Int64(digits) else {
                throw unreadable(text, flag)
            }
            total += value * unit
            digits = ""
            isRead = true
        }
        guard isRead, digits.isEmpty, total <= secondsMax else { throw unreadable(text, flag) }
        return total
    }

    private static let units: [Character: Int64] = ["h": 3600, "m": 60, "s": 1]
    private static let secondsMax: Int64 = 315_360_000

    private static func unreadable(_ text: String, _ flag: String) -> BacalhauError {
        BacalhauError(
            .badRequest,
            "invalid argument \"\(text)\" for \(flag): write seconds (90) or a duration like 1h30m, at most "
                + "ten years")
    }

    static let usage = """
          --default-total-timeout TIME     total timeout of batch and ops jobs that set none (default 30m; 0 for none)
          --default-queue-timeout TIME     queue timeout of jobs that set none (default 0: they wait for room, and fail
                                           at once if no known node can run them)
          --default-max-retries N          new attempts after failures of a node, for jobs without a RetryPolicy
                                           (default 2)
          --default-retry-backoff TIME     their first pause, doubled each time (default 1s)
          --default-retry-max-backoff TIME their longest pause (default 1m)
          --node-disconnected-after TIME   silence after which a node gets no more work (default 45s)
          --node-loss-grace TIME           how much longer its executions are left to it (default 2m)
          --max-unfinished-jobs N          submissions beyond this are refused (default 200000)
          --manual-node-approval           new nodes wait for 'bacalhau-cli node approve', this one included

        """
}
