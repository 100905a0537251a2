import BacalhauModel
import BacalhauSupport

extension ExecutionRunner {
    /// Decides whether the node takes the execution: what its operator wants, what it can run, what fits its disk.
    ///
    /// - Parameter claimDisk: keeps that much disk space for the inputs, or throws when there is not so much.
    /// - Returns: the reason not to.
    func refusal(
        claimDisk: (_ bytes: UInt64) async throws(CapacityShortage) -> Void
    ) async -> Ending? {
        let remoteInputs = task.inputSources.count { input in
            input.source.map { node.storages[$0.normalizedType]?.servesLocalData != true } ?? true
        }
        if let refusal = await node.selection.refusal(of: job, remoteInputCount: remoteInputs) {
            return .refused(refusal.reason, isRetryable: refusal.isRetryable)
        }
        let excess = node.settings.jobLimits.applied(to: demand).shortfalls(of: demand)
        guard excess.isEmpty else {
            return .refused(
                "this node does not accept jobs that large (\(excess.joined(separator: "; ")))", isRetryable: false)
        }
        do {
            let inputBytes = try await checkParts()
            try checkDisk(inputBytes)
            try await claimDisk(inputBytes)
            return nil
        } catch let error as CapacityShortage {
            return .refused(error.description, isRetryable: true)
        } catch let error as ExecutorError {
            return .refused(ExecutionRunner.text(error.description, error.hint), isRetryable: error.isRetryable)
        } catch let error as StorageError {
            return .refused(ExecutionRunner.text(error.description, error.hint), isRetryable: error.isRetryable)
        } catch let error as PublisherError {
            return .refused(ExecutionRunner.text(error.description, error.hint), isRetryable: error.isRetryable)
        } catch let ending as Ending {
            return ending
        } catch {
            return .refused("\(error)", isRetryable: false)
        }
    }

    /// Has engine, sources and publisher look at the task.
    ///
    /// - Returns: how much disk space the inputs take, as far as their providers can tell.
    private func checkParts() async throws -> UInt64 {
        let executor = try executor()
        if case .unavailable(let reason, _) = await executor.availability() {
            throw Ending.refused("engine \(task.engine?.type ?? "") is not available: \(reason)", isRetryable: true)
        }
        try await executor.check(task)
        var inputBytes: UInt64 = 0
        for input in task.inputSources + (try executor.moduleSources(of: task)) {
            guard let source = input.source else { continue }
            let (sum, overflow) = inputBytes.addingReportingOverflow(try await storage(source).check(source))
            inputBytes = overflow ? .max : sum
        }
        if !task.publisher.type.isEmpty { try await publisher().check(task.publisher) }
        return inputBytes
    }

    /// What the node offers and what is free may differ: others write to the disk, too.
    private func checkDisk(_ inputBytes: UInt64) throws(Ending) {
        if let offered = node.settings.capacity?.diskBytes, inputBytes > offered {
            throw .refused(
                "the inputs take \(inputBytes) bytes of disk, and this node offers \(offered)", isRetryable: false)
        }
        let free = node.directories.freeDiskBytes
        guard inputBytes <= free else {
            throw .refused(
                "the inputs take \(inputBytes) bytes of disk, and \(free) are free on this node", isRetryable: true)
        }
    }
}
