import BacalhauModel

extension ComputeSettings {
    /// The settings with a capacity: what was measured, within the limits.
    ///
    /// - Parameters:
    ///   - directory: where the node keeps its data; its file system gives the disk space.
    ///   - gpus: what the machine has of them.
    /// - Throws: `.configuration` for limits above what the machine has, or above the limits for all jobs together.
    func resolved(directory: String, gpus: [GPU]) throws(BacalhauError) -> ComputeSettings {
        let physical = capacity ?? HostCapacity.physical(directory: directory, gpus: gpus)
        let offered = capacity ?? HostCapacity.measure(directory: directory, gpus: gpus)
        return try resolved(physical: physical, offered: offered)
    }

    /// As above, from the figures.
    func resolved(physical: Resources, offered: Resources) throws(BacalhauError) -> ComputeSettings {
        let excess = physical.shortfalls(of: totalLimits.applied(to: .zero))
        guard ignoresPhysicalLimits || excess.isEmpty else {
            throw BacalhauError(
                .configuration, "limits above what this machine has: \(excess.joined(separator: "; "))",
                hint: "Lower the total limits, or allow it with --ignore-physical-resource-limits.",
                component: "Compute")
        }
        let total = totalLimits.applied(to: offered)
        let tooLarge = total.shortfalls(of: jobLimits.applied(to: .zero))
        guard tooLarge.isEmpty else {
            throw BacalhauError(
                .configuration,
                "limits for one job above those for all together: \(tooLarge.joined(separator: "; "))",
                hint: "Lower the limits for one job, or raise the total limits.", component: "Compute")
        }
        var settings = self
        settings.capacity = total
        if let maximum = selection.maximumExecutionTimeout { settings.runTimeout = min(runTimeout, maximum) }
        return settings
    }
}
