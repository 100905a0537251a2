public import BacalhauModel

/// The most that may be taken of each kind of resource; `nil` leaves a kind as it is.
public struct ResourceLimits: Hashable, Sendable {
    /// Thousandths of a core.
    public var cpuMillicores: Int64?
    /// Bytes of main memory.
    public var memoryBytes: UInt64?
    /// Bytes of disk space.
    public var diskBytes: UInt64?
    /// Whole GPUs, of whatever kind.
    public var gpuCount: UInt64?

    /// Makes limits; a kind that is not named stays as it is.
    public init(
        cpuMillicores: Int64? = nil, memoryBytes: UInt64? = nil, diskBytes: UInt64? = nil, gpuCount: UInt64? = nil
    ) {
        self.cpuMillicores = cpuMillicores
        self.memoryBytes = memoryBytes
        self.diskBytes = diskBytes
        self.gpuCount = gpuCount
    }

    /// `resources` with the limits in place of what they name; of named GPUs the first remain.
    public func applied(to resources: Resources) -> Resources {
        Resources(
            cpuMillicores: cpuMillicores ?? resources.cpuMillicores, memoryBytes: memoryBytes ?? resources.memoryBytes,
            diskBytes: diskBytes ?? resources.diskBytes, gpuCount: gpuCount ?? resources.gpuCount,
            gpus: Array(resources.gpus.prefix(Int(clamping: gpuCount ?? .max))))
    }
}
