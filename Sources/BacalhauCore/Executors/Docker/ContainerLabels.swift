internal import BacalhauModel

/// The names by which a node finds its containers again.
struct ContainerLabels: Hashable, Sendable {
    static let executorKey = "bacalhau-executor"
    static let jobKey = "bacalhau-jobID"
    static let executionKey = "bacalhau-executionID"
    static let roleKey = "bacalhau-role"
    /// The role of a container that runs a job's program.
    static let jobRole = "job"

    /// Stands for the node: `bacalhau-<node>`.
    let executorID: String

    init(nodeID: NodeID) {
        executorID = "bacalhau-\(nodeID)"
    }

    /// All labels of the container of an execution.
    func all(job: JobID, execution: ExecutionID) -> [String: String] {
        [
            Self.executorKey: executorID, Self.jobKey: "\(executorID)\(job)",
            Self.executionKey: executionValue(execution), Self.roleKey: Self.jobRole,
        ]
    }

    /// The value of the execution's label.
    func executionValue(_ id: ExecutionID) -> String { "\(executorID)\(id)" }

    /// The execution that labels name, or `nil` when they are another node's or nobody's.
    func execution(in labels: [String: String]) -> ExecutionID? {
        guard labels[Self.executorKey] == executorID, let value = labels[Self.executionKey],
            value.hasPrefix(executorID), value.utf8.count > executorID.utf8.count
        else { return nil }
        return ExecutionID(rawValue: String(value.dropFirst(executorID.count)))
    }

    /// A filter of the engine's list of containers: those of this node, or of one execution of it.
    func filter(execution: ExecutionID? = nil) -> JSONValue {
        var labels = ["\(Self.executorKey)=\(executorID)"]
        if let execution { labels.append("\(Self.executionKey)=\(executionValue(execution))") }
        return ["label": .array(labels.map { .string($0) })]
    }

    /// The container's name. Characters that the engine does not allow become underscores; the labels keep them.
    func containerName(job: JobID, execution: ExecutionID) -> String {
        let name = "bacalhau-\(executorID)-\(job)-\(execution)-executor"
        return String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) ? $0 : "_" })
    }
}
