import BacalhauCore
import Glibc
import Synchronization

/// Waits for SIGINT or SIGTERM. The second one ends the process.
final class StopSignals: Sendable {
    private let first: AsyncSignal<Void>
    private let watch: StopSignalWatch

    init() {
        let first = AsyncSignal<Void>()
        self.first = first
        watch = StopSignalWatch(withSIGTERM: true) {
            if first.value != nil { _exit(130) }
            first.raise(())
        }
    }

    /// Returns when the first signal has come, or the task is cancelled.
    func wait() async { _ = await first.wait() }
}
