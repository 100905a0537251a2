/// What one task asks of a machine, or what a machine has left.
public struct Resources: Hashable, Sendable {
    /// Thousandths of one core; 1500 is a core and a half.
    public var cpuMillicores: Int64
    /// Main memory, in bytes.
    public var memoryBytes: UInt64
    /// Space on disk, in bytes.
    public var diskBytes: UInt64
    /// Number of GPUs. `gpus` names them where it is known which.
    public var gpuCount: UInt64
    /// Which GPUs these are; empty where only their number matters, as in a demand.
    public var gpus: [GPU]

    /// Makes an amount; nothing unless told.
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

    /// Nothing of anything.
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

    /// Adds `right` to the numbers; ``gpus`` stays as it is.
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
    /// The vendor's number for it, from 0; names it together with ``vendor``.
    public var index: UInt64
    /// The model, as its driver calls it; may be empty.
    public var name: String
    /// `NVIDIA`, `AMD/ATI` or `Intel`.
    public var vendor: String
    /// Its own memory, in MiB (2²⁰ bytes); 0 when its driver does not say.
    public var memoryMiB: UInt64
    /// Its place on the PCI bus, such as `0000:03:00.0`; may be empty.
    public var pciAddress: String

    /// Describes a GPU.
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
        /// ``GPU/vendor``.
        public let vendor: String
        /// ``GPU/index``.
        public let index: UInt64

        public var description: String { "GPU \(index) of \(vendor)" }

        public static func < (left: Key, right: Key) -> Bool {
            (left.vendor, left.index) < (right.vendor, right.index)
        }
    }

    /// The name by which an execution is given this GPU.
    public var key: Key { Key(vendor: vendor, index: index) }
}
