import BacalhauModel

/// What a job needs of a node besides room. Jobs with equal requirements share the list of nodes that meet them.
struct Requirement: Hashable, Sendable {
    let engine: String
    let publisher: String
    let sources: [String]
    let constraints: [Constraint]

    init(_ job: Job) {
        let task = job.task
        engine = task.engine?.normalizedType ?? ""
        publisher = task.publisher.normalizedType
        sources = Set(task.inputSources.compactMap { $0.source?.normalizedType }).sorted()
        constraints = job.constraints
    }

    /// Why a node does not meet it, however empty it is; `nil` when it does.
    func obstacle(on node: NodeInfo) -> String? {
        guard let compute = node.compute else { return "does not run workloads" }
        if !NodeVersion.isCompatible(node.version.gitVersion) {
            return
                "Bacalhau version \(node.version.gitVersion) is incompatible, at least \(NodeVersion.least) is needed"
        }
        if !engine.isEmpty, !compute.executionEngines.contains(engine) {
            return "does not support \(engine), only \(Requirement.list(compute.executionEngines))"
        }
        if !publisher.isEmpty, !compute.publishers.contains(publisher) {
            return "does not support \(publisher), only \(Requirement.list(compute.publishers))"
        }
        for source in sources where !compute.storageSources.contains(source) {
            return "does not support \(source), only \(Requirement.list(compute.storageSources))"
        }
        for constraint in constraints where !constraint.isPreference {
            if constraint.matches(node.labels) != true {
                let values = constraint.values.isEmpty ? "" : " " + constraint.values.joined(separator: ",")
                return "labels do not satisfy \(constraint.key) \(constraint.operator)\(values)"
            }
        }
        return nil
    }

    /// How many of the wishes (constraints with the prefix `favour_`) a node does not meet.
    func unmetWishCount(on node: NodeInfo) -> Int {
        constraints.count { $0.isPreference && $0.matches(node.labels) != true }
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "nothing" : names.joined(separator: ", ") }
}
