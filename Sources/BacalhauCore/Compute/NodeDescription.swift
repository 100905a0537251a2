import BacalhauModel
import BacalhauSupport

/// What a compute node says of itself, asked anew each time: what it can use may come and go.
struct NodeDescription: Sendable {
    private let parts: ComputeNode.Parts
    /// How long one engine, source or publisher may take to answer; one that does not is left out.
    private let deadline: Duration

    init(parts: ComputeNode.Parts, deadline: Duration = .seconds(5)) {
        self.parts = parts
        self.deadline = deadline
    }

    /// Asks everything at the same time and describes the node.
    ///
    /// What is in use the orchestrator knows best; a figure of ours would make each description a new one.
    func describe(_ capacity: Resources) async -> NodeInfo {
        async let engines = usable(parts.executors.mapValues { executor in { await executor.availability() } })
        async let sources = usable(parts.storages.mapValues { storage in { await storage.availability() } })
        async let publishers = usable(parts.publishers.mapValues { publisher in { await publisher.availability() } })
        return NodeInfo(
            nodeID: parts.id, nodeType: .compute,
            labels: NodeDescription.labels(parts.settings.labels, gpus: capacity.gpus),
            compute: ComputeNodeInfo(
                executionEngines: await engines, publishers: await publishers, storageSources: await sources,
                maxCapacity: capacity, availableCapacity: capacity,
                maxJobRequirements: parts.settings.jobLimits.applied(to: capacity)),
            version: .current)
    }

    /// The operator's labels and those the node knows better.
    static func labels(_ configured: [String: String], gpus: [GPU]) -> [String: String] {
        var labels = configured
        labels["Operating-System"] = BuildVersion.current.goos
        labels["Architecture"] = BuildVersion.current.goarch
        for gpu in gpus {
            labels["GPU-\(gpu.index)"] = String(gpu.name.map { $0 == " " ? "-" : $0 })
            labels["GPU-\(gpu.index)-Memory"] = "\(gpu.memoryMiB)-MiB"
        }
        return labels
    }

    /// The names of what can be used now, in order.
    private func usable(_ candidates: [String: @Sendable () async -> Availability]) async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for (name, ask) in candidates {
                group.addTask {
                    guard case .finished(let answer) = await race(deadline: deadline, stop: AsyncSignal(), ask) else {
                        return nil
                    }
                    return answer.isAvailable ? name : nil
                }
            }
            var names: [String] = []
            for await name in group { if let name { names.append(name) } }
            return names.sorted()
        }
    }
}
