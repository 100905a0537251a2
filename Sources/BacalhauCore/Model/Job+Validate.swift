extension Job {
    /// Everything that is wrong with a submitted job, in the order of its fields; empty when it can be accepted.
    ///
    /// Beyond v1.4.0's rules this refuses at submission what could only fail later: unreadable resources, negative
    /// timeouts, result folders that would leave the results, numbers beyond what is sensible.
    public func problems() -> [String] {
        var problems: [String] = []
        if type.isEmpty {
            problems.append("missing job type")
        } else if kind == nil {
            problems.append("invalid job type: \"\(type.excerpt())\" (use batch, ops, service or daemon)")
        }
        if count < 0 { problems.append("job count must be >= 0") }
        if count > Limits.countMax { problems.append("job count must be <= \(Limits.countMax)") }
        if name.utf8.contains(0) { problems.append("job name contains null character") }
        if name.utf8.count > Limits.nameBytesMax {
            problems.append("job name is longer than \(Limits.nameBytesMax) bytes")
        }
        if let problem = Job.idProblem(id) { problems.append(problem) }
        if tasks.isEmpty { problems.append("missing job tasks") }
        for (index, constraint) in constraints.enumerated() {
            problems += constraint.problems().map { "constraint \(index + 1) validation failed: \($0)" }
        }
        problems += retryPolicy?.problems ?? []
        if !nodeLossPolicy.isEmpty,
            !NodeLossPolicy.allCases.contains(where: { $0.rawValue.lowercased() == nodeLossPolicy.lowercased() })
        {
            problems.append("invalid NodeLossPolicy: \"\(nodeLossPolicy.excerpt())\" (use Keep, Wait or Replace)")
        }
        for task in tasks {
            problems += task.problems().map { "task \(task.name.excerpt()) validation failed: \($0)" }
        }
        let excess = problems.count - Limits.problemCountMax
        return excess > 0 ? problems.prefix(Limits.problemCountMax) + ["and \(excess) more problems"] : problems
    }

    /// Bounds that keep one job from taking the system.
    public enum Limits {
        /// The most executions that a batch or service job may ask for.
        public static let countMax = 100_000
        /// The longest name or identifier, in bytes of UTF-8.
        public static let nameBytesMax = 1024
        /// The most problems that are told of one job; one more line then says how many there are besides.
        public static let problemCountMax = 50
        /// The longest timeout, in seconds: ten years.
        public static let timeoutSecondsMax: Int64 = 10 * 365 * 24 * 3600
    }

    private static func idProblem(_ id: JobID) -> String? {
        if id.rawValue.utf8.contains(0) { return "job ID contains null character" }
        if id.rawValue.contains(where: \.isWhitespace) { return "job ID contains a space" }
        if id.rawValue.utf8.count > Limits.nameBytesMax { return "job ID is longer than \(Limits.nameBytesMax) bytes" }
        return nil
    }
}

extension Constraint {
    func problems() -> [String] {
        if key.isEmpty { return ["constraint key is blank"] }
        guard let parsed = Operator(rawValue: self.operator) else {
            return ["unknown operator \"\(self.operator.excerpt())\" (use in, notin, =, ==, !=, exists, !, gt or lt)"]
        }
        switch parsed {
        case .in, .notIn: return values.isEmpty ? ["values must be set for the operator \"\(parsed.rawValue)\""] : []
        case .exists, .doesNotExist:
            return values.isEmpty ? [] : ["values must be empty for the operator \"\(parsed.rawValue)\""]
        default: return values.count == 1 ? [] : ["exactly one value is needed for the operator \"\(parsed.rawValue)\""]
        }
    }
}

extension Job.Task {
    func problems() -> [String] {
        var problems: [String] = []
        if name.isEmpty { problems.append("missing task name") }
        if name.utf8.contains(0) { problems.append("task name contains null character") }
        if let engine {
            if engine.type.isEmpty { problems.append("engine validation failed: missing spec type") }
        } else {
            problems.append("engine validation failed: nil spec config")
        }
        problems += inputProblems() + resultProblems() + limitProblems()
        for name in env.keys.sorted() where name.isEmpty || name.contains("=") || name.utf8.contains(0) {
            problems.append(
                "environment variable name \"\(name.excerpt())\" is empty or contains '=' or a null character")
        }
        return problems
    }

    private func inputProblems() -> [String] {
        var problems: [String] = []
        var aliases: Set<String> = []
        var targets: Set<String> = []
        for (index, input) in inputSources.enumerated() {
            let place = "artifact \(index + 1) validation failed: "
            if (input.source?.type ?? "").isEmpty { problems.append(place + "missing source type") }
            if input.target.isEmpty { problems.append(place + "missing target path") }
            if !input.target.isEmpty, !targets.insert(input.target).inserted {
                problems.append(place + "another input has the target \(input.target.excerpt())")
            }
            if !input.alias.isEmpty, !aliases.insert(input.alias).inserted {
                problems.append("input source with alias \(input.alias.excerpt()) already exist")
            }
        }
        return problems
    }

    private func resultProblems() -> [String] {
        var problems: [String] = []
        var names: Set<String> = []
        for (index, result) in resultPaths.enumerated() {
            let place = "output \(index + 1) validation failed: "
            if result.path.isEmpty { problems.append(place + "missing path") }
            if result.name.isEmpty {
                problems.append(place + "missing name")
            } else if !ResultPath.isSafeName(result.name) {
                problems.append(place + "name \"\(result.name.excerpt())\" must be one plain path component")
            } else if ResultPath.reservedNames.contains(result.name) {
                problems.append(place + "name \"\(result.name)\" is reserved")
            } else if !names.insert(result.name).inserted {
                problems.append(place + "name \"\(result.name.excerpt())\" is used twice")
            }
        }
        if !resultPaths.isEmpty, publisher.isEmpty {
            problems.append("publisher must be set if result paths are set")
        }
        return problems
    }

    private func limitProblems() -> [String] {
        var problems: [String] = []
        do {
            _ = try resources.resolved()
        } catch {
            problems += error.problems
        }
        for (label, value) in [
            ("execution", timeouts.execution), ("queue", timeouts.queue), ("total", timeouts.total),
        ] {
            if value < 0 { problems.append("invalid \(label) timeout value: \(value)") }
            if value > Job.Limits.timeoutSecondsMax { problems.append("\(label) timeout is longer than ten years") }
        }
        let (sum, overflow) = timeouts.execution.addingReportingOverflow(timeouts.queue)
        if timeouts.total > 0, overflow || sum > timeouts.total {
            problems.append(
                "execution timeout \(timeouts.execution)s and queue timeout \(timeouts.queue)s together should be less "
                    + "than total timeout \(timeouts.total)s")
        }
        for domain in network.domains where !NetworkConfig.isHostName(domain) {
            problems.append("network domain \"\(domain.excerpt())\" is neither a host name nor an address")
        }
        return problems
    }
}

extension ResultPath {
    /// Whether `name` is one path component that stays where it is put.
    public static func isSafeName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 255
            && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }
}

extension NetworkConfig {
    /// Whether the whole of `text` is a host name with at least two labels (an optional dot in front) or an address.
    static func isHostName(_ text: String) -> Bool {
        if text.contains(":") { return text.utf8.allSatisfy { $0.isHexDigit || $0 == UInt8(ascii: ":") } }
        var labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.count == 4, labels.allSatisfy({ UInt8($0) != nil }) { return true }
        if labels.first?.isEmpty == true { labels.removeFirst() }
        guard labels.count >= 2, let last = labels.last, last.count >= 2, last.utf8.allSatisfy(\.isASCIILetter) else {
            return false
        }
        return labels.allSatisfy { label in
            let bytes = Array(label.utf8)
            return !bytes.isEmpty && bytes.count <= 63 && bytes.first != UInt8(ascii: "-")
                && bytes.last != UInt8(ascii: "-")
                && bytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        }
    }
}

extension UInt8 {
    var isASCIILetter: Bool {
        (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z"))
            || (self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z"))
    }

    var isHexDigit: Bool {
        isASCIIDigit || (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f"))
            || (self >= UInt8(ascii: "A") && self <= UInt8(ascii: "F"))
    }
}
