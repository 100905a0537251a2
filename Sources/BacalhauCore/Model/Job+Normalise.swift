extension Job {
    /// Brings the job into the form in which it is stored and compared: blanks trimmed, names and counts filled in.
    ///
    /// A missing count is 1 for every type; v1.4.0 kept 0 for batch and service jobs, which then ran nothing.
    public mutating func normalise() {
        if namespace.isEmpty { namespace = "default" }
        if name.isEmpty { name = id.rawValue }
        if type == JobType.ops.rawValue || type == JobType.daemon.rawValue, count == 0 { count = 1 }
        for index in tasks.indices { tasks[index].normalise() }
    }

    /// Resets what only the system may set, and says so, one warning each.
    ///
    /// Service and daemon jobs keep an identifier of their own.
    public mutating func sanitise() -> [String] {
        var warnings: [String] = []
        if state.type != .undefined || !state.message.isEmpty {
            warnings.append("job state is ignored when submitting a job")
            state = StateOf(.undefined)
        }
        if revision != 0 {
            warnings.append("job revision is ignored when submitting a job")
            revision = 0
        }
        if version != 0 {
            warnings.append("job version is ignored when submitting a job")
            version = 0
        }
        if createTime != .zero {
            warnings.append("job create time is ignored when submitting a job")
            createTime = .zero
        }
        if modifyTime != .zero {
            warnings.append("job modify time is ignored when submitting a job")
            modifyTime = .zero
        }
        if !id.rawValue.isEmpty, kind?.isLongRunning != true {
            warnings.append("job ID is ignored when submitting a job of type \(type)")
            id = JobID(rawValue: "")
        }
        if tasks.count > 1 {
            warnings.append("only one task is supported per job")
            tasks.removeSubrange(1...)
        }
        for key in meta.keys.filter({ $0.hasPrefix(Job.reservedMetaPrefix) }).sorted() {
            warnings.append("job meta key \"\(key)\" is reserved and will be ignored")
            meta[key] = nil
        }
        return warnings
    }
}

extension Job.Task {
    mutating func normalise() {
        if let type = engine?.type { engine?.type = type.trimmingBlanks() }
        publisher.type = publisher.type.trimmingBlanks()
        for index in inputSources.indices {
            guard let type = inputSources[index].source?.type else { continue }
            inputSources[index].source?.type = type.trimmingBlanks()
            inputSources[index].alias = inputSources[index].alias.trimmingBlanks()
            inputSources[index].target = inputSources[index].target.trimmingBlanks()
        }
        for index in resultPaths.indices {
            resultPaths[index].name = resultPaths[index].name.trimmingBlanks()
            resultPaths[index].path = resultPaths[index].path.trimmingBlanks()
        }
        resources.normalise()
        network.domains = network.domains.map { $0.trimmingBlanks().lowercased() }
    }
}

extension ResourcesConfig {
    mutating func normalise() {
        func compact(_ text: String) -> String {
            text.isEmpty ? text : text.lowercased().filter { $0 != " " && $0 != "\n" }
        }
        cpu = compact(cpu)
        memory = compact(memory)
        disk = compact(disk)
        gpu = compact(gpu)
    }
}
