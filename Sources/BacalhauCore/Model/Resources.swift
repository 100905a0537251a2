/// What one task asks of a machine, or what a machine has left.
public struct Resources: Hashable, Sendable {
    /// Thousandths of one core; 1500 is a core and a half.
    public var cpuMillicores: Int64
    public var memoryBytes: UInt64
    public var diskBytes: UInt64
    /// Number of GPUs. `gpus` names them where it is known which.
    public var gpuCount: UInt64
    public var gpus: [GPU]

    public init(
        cpuMillicores: Int64 = 0, memoryBytes: UInt64 = 0, diskBytes: UInt64 = 0, gpuCount: UInt64 = 0,
        gpus: [GPU] = []
    ) {
        self.cpuMillicores = cpuMillicores
        self.memoryBytes = memoryBytes
        self.diskBytes = diskBytes
        self.gpuCount = gpuCount
        self.gpus = gpus
    }

    public static let zero = Resources()

    /// Tells whether every dimension of `demand` fits; equal counts as fitting.
    public func covers(_ demand: Resources) -> Bool {
        cpuMillicores >= demand.cpuMillicores && memoryBytes >= demand.memoryBytes
            && diskBytes >= demand.diskBytes && gpuCount >= demand.gpuCount
    }

    /// Names each dimension of `demand` that does not fit, with both figures.
    public func shortfalls(of demand: Resources) -> [String] {
        var parts: [String] = []
        if cpuMillicores < demand.cpuMillicores {
            parts.append("CPU: \(demand.cpuMillicores)m asked, \(cpuMillicores)m there")
        }
        if memoryBytes < demand.memoryBytes {
            parts.append("memory: \(demand.memoryBytes) bytes asked, \(memoryBytes) there")
        }
        if diskBytes < demand.diskBytes {
            parts.append("disk: \(demand.diskBytes) bytes asked, \(diskBytes) there")
        }
        if gpuCount < demand.gpuCount { parts.append("GPU: \(demand.gpuCount) asked, \(gpuCount) there") }
        return parts
    }

    public static func += (left: inout Resources, right: Resources) {
        left.cpuMillicores += right.cpuMillicores
        left.memoryBytes += right.memoryBytes
        left.diskBytes += right.diskBytes
        left.gpuCount += right.gpuCount
    }

    /// Takes `right` away; a dimension never goes below zero.
    public static func -= (left: inout Resources, right: Resources) {
        left.cpuMillicores = max(0, left.cpuMillicores - right.cpuMillicores)
        left.memoryBytes -= min(left.memoryBytes, right.memoryBytes)
        left.diskBytes -= min(left.diskBytes, right.diskBytes)
        left.gpuCount -= min(left.gpuCount, right.gpuCount)
    }
}

/// One graphics processor of a node.
public struct GPU: Hashable, Sendable {
    public var index: UInt64
    public var name: String
    /// `NVIDIA`, `AMD/ATI` or `Intel`.
    public var vendor: String
    public var memoryMiB: UInt64
    public var pciAddress: String

    public init(index: UInt64, name: String, vendor: String, memoryMiB: UInt64, pciAddress: String) {
        self.index = index
        self.name = name
        self.vendor = vendor
        self.memoryMiB = memoryMiB
        self.pciAddress = pciAddress
    }
}

extension GPU {
    /// What tells a node's GPUs apart: each vendor counts its own from 0.
    public struct Key: Hashable, Sendable, Comparable, CustomStringConvertible {
        public let vendor: String
        public let index: UInt64

        public var description: String { "GPU \(index) of \(vendor)" }

        public static func < (left: Key, right: Key) -> Bool {
            (left.vendor, left.index) < (right.vendor, right.index)
        }
    }

    /// The name by which an execution is given this GPU.
    public var key: Key { Key(vendor: vendor, index: index) }
}
