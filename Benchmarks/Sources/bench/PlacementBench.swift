import BacalhauClient
import Glibc

@testable import BacalhauCore

/// The control plane alone: 10 000 nodes, and 100 000 jobs that wait. Nothing is stored and nobody is asked.
struct PlacementBench: ~Copyable {
    private static let nodeCount = 10_000
    private static let coresPerNode = 8
    private static let queuedCount = 100_000

    private var state = ControlState(settings: settings)
    private var entropy: UInt64 = 0
    private var uptime: Int64 = 0
    /// Executions that run, the oldest first.
    private var running: [Execution] = []

    private static var settings: ControlSettings {
        var settings = ControlSettings()
        settings.liveJobCountMax = 1_000_000
        settings.leaseDuration = .seconds(1_000_000)
        return settings
    }

    static func report() {
        var bench = PlacementBench()
        bench.addNodes()
        // One zone in ten is not wanted.
        let half = nodeCount / 10 * 9 * coresPerNode / 2
        let empty = bench.submit(half)
        Report.row("placement, 10 000 nodes, up to half full", Report.text(empty) + " µs", "50 µs")
        let full = bench.submit(half)
        Report.row("placement, 10 000 nodes, up to full", Report.text(full) + " µs", "50 µs")
        let before = residentBytes()
        let waiting = bench.submit(queuedCount)
        let bytes = (residentBytes() - before) / queuedCount
        Report.row("submit to the queue, up to 100 000 waiting", Report.text(waiting) + " µs", "50 µs")
        Report.row("memory of one waiting job", "\(bytes) bytes", "2048 bytes")
        let freed = bench.complete(20_000)
        Report.row("end of one execution and start of the next", Report.text(freed) + " µs", "50 µs")
    }

    private mutating func apply(_ command: Command) -> ChangeSet {
        entropy += 1
        uptime += 1000
        var changes = ChangeSet()
        let moment = Moment(wall: Timestamp(nanoseconds: uptime), uptime: uptime)
        _ = state.apply(command, at: moment, entropy: entropy, changes: &changes)
        for (_, message) in changes.messages {
            if case .run(let execution, _) = message { running.append(execution) }
        }
        return changes
    }

    private mutating func addNodes() {
        let capacity = Resources(
            cpuMillicores: Int64(PlacementBench.coresPerNode) * 1000, memoryBytes: 64 << 30, diskBytes: 1 << 40)
        for number in 0..<PlacementBench.nodeCount {
            let compute = ComputeNodeInfo(
                executionEngines: ["docker", "noop"], publishers: ["local"], storageSources: ["inline", "urldownload"],
                maxCapacity: capacity, availableCapacity: capacity, maxJobRequirements: capacity)
            let info = NodeInfo(
                nodeID: NodeID(rawValue: "n-\(number)"), nodeType: .compute, labels: ["zone": "z\(number % 10)"],
                compute: compute, version: .current)
            _ = apply(.nodeConnected(info, known: []))
        }
    }

    /// Microseconds for each job, from the command to its changes.
    private mutating func submit(_ count: Int) -> Double {
        var identifiers = IdentifierSource.random
        let jobs = (0..<count).map { number in
            var job = Job(
                id: identifiers.job(), name: "render-\(number)", meta: [Job.requesterMetaKey: "n-orchestrator"],
                labels: ["project": "bench"],
                tasks: [
                    Job.Task(
                        engine: Engine(
                            type: "docker",
                            params: ["Image": "ubuntu:24.04", "Parameters": ["echo", .string("frame \(number)")]]),
                        resources: ResourcesConfig(cpu: "1", memory: "512mb"), timeouts: Timeouts(total: 1800))
                ])
            job.constraints = [Constraint(key: "zone", operator: "!=", values: ["z0"])]
            return job
        }
        let start = ContinuousClock.now
        for job in jobs { _ = apply(.submit(job, evaluation: identifiers.evaluation(), token: "")) }
        return Report.milliseconds(ContinuousClock.now - start) * 1000 / Double(count)
    }

    private mutating func complete(_ count: Int) -> Double {
        let ended = Array(running.prefix(count))
        let start = ContinuousClock.now
        for execution in ended {
            let report = ExecutionReport(
                executionID: execution.id, jobID: execution.jobID, nodeID: execution.nodeID,
                content: .completed(RunResult(), published: .empty))
            _ = apply(.report(report))
        }
        return Report.milliseconds(ContinuousClock.now - start) * 1000 / Double(count)
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
    }
}
