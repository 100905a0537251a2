public import BacalhauModel

/// What an operator can set on a compute node.
public struct ComputeSettings: Sendable {
    /// What all executions together may take; `nil` takes it from the machine: all processors and GPUs, four fifths of
    /// the memory and of the free disk space.
    public var capacity: Resources?
    /// What all executions together may take of single kinds of resources, in place of what ``capacity`` says.
    public var totalLimits = ResourceLimits()
    /// The most that one execution may ask for; without a limit it is the total.
    public var jobLimits = ResourceLimits()
    /// Whether ``totalLimits`` may be above what the machine has.
    public var ignoresPhysicalLimits = false
    /// What an execution gets that asks for nothing.
    public var defaultResources = Resources(cpuMillicores: 100, memoryBytes: 100 << 20)
    /// Which jobs the node takes.
    public var selection = JobSelectionPolicy()
    /// Labels beyond those every node has.
    public var labels: [String: String] = [:]
    /// Longest time for bringing inputs, images and modules.
    public var prepareTimeout: Duration = .seconds(1800)
    /// Longest run of an execution whose job sets no timeout, and never more than the selection policy's maximum.
    /// Service and daemon jobs have none.
    public var runTimeout: Duration = .seconds(600)
    /// Longest time for publishing results.
    public var publishTimeout: Duration = .seconds(1800)
    /// How often the orchestrator is told that the node is there; well below the lease it gives.
    public var beatPeriod: Duration = .seconds(15)
    /// How long a workload is asked to end before it is forced.
    public var stopGrace: Duration = .seconds(5)
    /// How much one input may take on disk.
    public var inputBytesMax: UInt64 = 100 << 30
    /// How long the output of ended executions is kept; by default seven days, 10 GiB and a million logs.
    public var logRetention = LogRetention(ageMax: .seconds(7 * 24 * 3600), bytesMax: 10 << 30, countMax: 1_000_000)
    /// How long results of the local publisher are kept; by default seven days, 20 GiB and a million results.
    public var resultRetention = ResultRetention(
        ageMax: .seconds(7 * 24 * 3600), bytesMax: 20 << 30, countMax: 1_000_000)
    /// How often what need not be kept any longer is removed; the first time is at the start.
    public var sweepInterval: Duration = .seconds(600)

    /// Makes the defaults: the share of the machine that ``capacity`` tells, for nearly all jobs.
    public init() {}
}
