import BacalhauModel

/// Lets equal parts of many jobs share memory: thousands of waiting jobs mostly differ in their identifiers alone.
///
/// Only rows of plain ASCII take part: other texts can be equal to Swift and still be different bytes.
struct SharedValues {
    private var tasks: Set<[Job.Task]> = []
    private var maps: Set<[String: String]> = []
    private var constraints: Set<[Constraint]> = []
    private var texts: Set<String> = []
    private var allocations: Set<[String: Resources]> = []

    /// More different values than this of one kind are not remembered: looking for them would not pay.
    private static let countMax = 4096

    /// Replaces parts of a job, read from `body`, by equal ones that were met before.
    mutating func share(in job: inout Job, from body: [UInt8]) {
        guard SharedValues.isASCII(body) else { return }
        SharedValues.share(&job.tasks, in: &tasks)
        SharedValues.share(&job.meta, in: &maps)
        SharedValues.share(&job.labels, in: &maps)
        SharedValues.share(&job.constraints, in: &constraints)
        SharedValues.share(&job.namespace, in: &texts)
        SharedValues.share(&job.state.message, in: &texts)
    }

    /// Replaces parts of an execution, read from `body`, by those of its job or by equal ones that were met before.
    mutating func share(in execution: inout Execution, of job: Job, from body: [UInt8]) {
        guard SharedValues.isASCII(body) else { return }
        if execution.jobID == job.id { execution.jobID = job.id }
        if execution.namespace == job.namespace { execution.namespace = job.namespace }
        var node = execution.nodeID.rawValue
        SharedValues.share(&node, in: &texts)
        execution.nodeID = NodeID(rawValue: node)
        SharedValues.share(&execution.allocatedResources, in: &allocations)
        SharedValues.share(&execution.computeState.message, in: &texts)
    }

    private static func isASCII(_ body: [UInt8]) -> Bool { body.allSatisfy { $0 < 0x80 } }

    private static func share<Value: Hashable>(_ value: inout Value, in known: inout Set<Value>) {
        if known.count < countMax {
            value = known.insert(value).memberAfterInsert
        } else if let index = known.firstIndex(of: value) {
            value = known[index]
        }
    }
}
