import BacalhauModel

@testable import BacalhauCore

/// A compute node of the simulated cluster: the real decisions, with a disk and workloads that only take time.
final class SimulatedNode {
    /// What is on its disk.
    struct Record {
        let execution: Execution
        let job: Job
        var isStarted: Bool
        var report: ExecutionReport?
    }

    var info: NodeInfo
    let capacity: Resources
    var disk: [ExecutionID: Record] = [:]
    /// Workloads that run now, whoever knows of them, with what they take.
    var workloads: [ExecutionID: Resources] = [:]
    /// Reports that wait to be acknowledged.
    var outbox: [ExecutionID: ExecutionReport] = [:]
    var machine: NodeMachine
    var isUp = true
    var isConnected = false
    /// Goes up with each start: what an earlier process had scheduled is void.
    var life = 0
    var connectionCount = 0

    init(_ name: String, cpuMillicores: Int64, labels: [String: String]) {
        capacity = Resources(cpuMillicores: cpuMillicores, memoryBytes: 1 << 40, diskBytes: 1 << 40)
        info = NodeInfo(
            nodeID: NodeID(rawValue: name), nodeType: .compute, labels: labels,
            compute: ComputeNodeInfo(
                executionEngines: ["noop"], publishers: [], storageSources: [], maxCapacity: capacity,
                availableCapacity: capacity, maxJobRequirements: capacity),
            version: .current)
        machine = NodeMachine(capacity: capacity)
    }

    var id: NodeID { info.nodeID }

    static func demand(_ execution: Execution, _ job: Job) -> Resources {
        execution.allocatedResources[job.task.name] ?? .zero
    }

    /// What all running workloads take.
    var load: Resources {
        var sum = Resources.zero
        for demand in workloads.values { sum += demand }
        return sum
    }

    func crash() {
        isUp = false
        isConnected = false
        life += 1
        outbox = [:]
    }

    /// Takes up what is on the disk.
    ///
    /// - Returns: executions that go on, which are those whose workload can outlive the node; the others have failed.
    func start() -> (goingOn: [Record], interrupted: [Record]) {
        isUp = true
        machine = NodeMachine(capacity: capacity)
        var goingOn: [Record] = []
        var interrupted: [Record] = []
        for record in disk.values.sorted(by: { $0.execution.id < $1.execution.id }) {
            let id = record.execution.id
            machine.restore(
                record.execution, demand: SimulatedNode.demand(record.execution, record.job),
                hasEnded: record.report != nil)
            if let report = record.report {
                outbox[id] = report
            } else if workloads[id] != nil || !record.isStarted {
                goingOn.append(record)
            } else {
                interrupted.append(record)
            }
        }
        return (goingOn, interrupted)
    }
}
