/// What a task asks for, as written in the job: `500m`, `1.5Gb`; empty means "the orchestrator's default".
public struct ResourcesConfig: Hashable, Sendable {
    /// Cores (`0.5`) or thousandths of one (`500m`).
    public var cpu: String
    /// Main memory: a number with a unit, decimal (`512Mb`) or binary (`1Gi`); bytes without one.
    public var memory: String
    /// Space on disk, written as ``memory`` is.
    public var disk: String
    /// How many GPUs: a whole number.
    public var gpu: String

    /// Nothing asked, unless told; the texts are read by ``resolved(fallback:)``.
    public init(cpu: String = "", memory: String = "", disk: String = "", gpu: String = "") {
        self.cpu = cpu
        self.memory = memory
        self.disk = disk
        self.gpu = gpu
    }

    /// The amounts, with `fallback` for every dimension that is not written.
    ///
    /// - Throws: a list with one message for each amount that cannot be read.
    public func resolved(fallback: Resources = .zero) throws(ResourcesError) -> Resources {
        var result = fallback
        var problems: [String] = []
        if !cpu.isEmpty {
            if let value = ResourceAmount.millicores(cpu) {
                result.cpuMillicores = value
            } else {
                problems.append("invalid CPU value: \(cpu.excerpt())")
            }
        }
        if !memory.isEmpty {
            if let value = ResourceAmount.bytes(memory) {
                result.memoryBytes = value
            } else {
                problems.append("invalid memory value: \(memory.excerpt())")
            }
        }
        if !disk.isEmpty {
            if let value = ResourceAmount.bytes(disk) {
                result.diskBytes = value
            } else {
                problems.append("invalid disk value: \(disk.excerpt())")
            }
        }
        if !gpu.isEmpty {
            if let value = UInt64(gpu), gpu.utf8.allSatisfy(\.isASCIIDigit) {
                result.gpuCount = value
            } else {
                problems.append("invalid GPU value: \(gpu.excerpt())")
            }
        }
        guard problems.isEmpty else { throw ResourcesError(problems: problems) }
        return result
    }
}

/// Amounts of a job that cannot be read.
public struct ResourcesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One message for each amount that cannot be read; never empty.
    public let problems: [String]
    public var description: String { problems.joined(separator: "; ") }
}

/// Reads the amounts of job files.
public enum ResourceAmount {
    /// Cores (`0.5`, `1e1`) or whole millicores (`500m`) as millicores, cut to whole ones; `nil` when unreadable or negative.
    public static func millicores(_ text: String) -> Int64? {
        if text.hasSuffix("m") {
            guard let value = Int64(text.dropLast()), value >= 0 else { return nil }
            return value
        }
        guard let cores = Double(text), cores.isFinite, cores >= 0, cores < 1e12 else { return nil }
        return Int64((cores * 1000 + 1e-6).rounded(.down))
    }

    /// A number with a unit (`512Mb` = 512 × 10⁶, `1Gi` = 2³⁰) as bytes; `nil` when unreadable, negative or too large.
    public static func bytes(_ text: String) -> UInt64? {
        let compact = text.lowercased().filter { $0 != "," && $0 != " " }
        let split = compact.firstIndex { !($0.isNumber || $0 == ".") } ?? compact.endIndex
        let digits = compact[..<split]
        guard let number = Double(digits), number >= 0, let factor = units[String(compact[split...])] else {
            return nil
        }
        let value = number * factor
        if let whole = UInt64(digits), factor < 1.9e19 {
            let (product, overflow) = whole.multipliedReportingOverflow(by: UInt64(factor))
            return overflow ? nil : product
        }
        guard value < 18_446_744_073_709_551_616 else { return nil }
        return UInt64(value)
    }

    private static let units: [String: Double] = {
        var table: [String: Double] = ["": 1, "b": 1]
        for (power, letter) in ["k", "m", "g", "t", "p", "e"].enumerated() {
            var decimal = 1.0
            var binary = 1.0
            for _ in 0...power {
                decimal *= 1000
                binary *= 1024
            }
            table[letter] = decimal
            table[letter + "b"] = decimal
            table[letter + "i"] = binary
            table[letter + "ib"] = binary
        }
        return table
    }()
}

extension UInt8 {
    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
