import BacalhauFiles
import BacalhauModel
import BacalhauSupport

/// Removes logs and results that need not be kept any longer: at the start, and then from time to time.
struct RetentionSweeps: Sendable {
    let settings: ComputeSettings
    let store: ComputeStore
    let logs: LogStore
    let results: ResultStore
    let clock: any WallClock

    /// Runs until cancelled.
    func run() async {
        while !Task.isCancelled {
            // What could not be removed now is looked at again the next time; the node goes on.
            try? await sweep()
            do { try await Task.sleep(for: settings.sweepInterval, tolerance: .seconds(1)) } catch { return }
        }
    }

    /// Sweeps once. Executions that are not over, or not reported, keep what they have.
    func sweep() async throws {
        let store = store
        let held = try await BlockingWork.run { _ throws(BacalhauError) in try store.held() }
        let logs = logs
        let retention = settings.logRetention
        let time = clock.now()
        var failure: (any Error)?
        do {
            _ = try await BlockingWork.run { _ throws(LogError) in
                try logs.sweep(retention, at: time, protecting: held)
            }
        } catch {
            // A log that cannot be removed must not keep all results.
            failure = error
        }
        _ = try await results.sweep(settings.resultRetention, at: time, protecting: held)
        if let failure { throw failure }
    }
}

extension RetentionSweeps {
    init(_ parts: NodeParts) {
        self.init(
            settings: parts.compute.settings, store: parts.compute.store, logs: parts.compute.logs,
            results: parts.results, clock: parts.compute.clock)
    }
}
