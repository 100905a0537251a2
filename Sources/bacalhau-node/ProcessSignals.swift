import BacalhauCore
import Glibc
import Synchronization

/// What the operator tells the process: SIGINT and SIGTERM stop it, the second one at once; SIGHUP asks to read the users
/// of the API again.
final class ProcessSignals: Sendable {
    private let stop: AsyncSignal<Void>
    private let watch: SignalWatch
    /// An element for each SIGHUP; several that come close together may be one.
    let reloads: AsyncStream<Void>

    /// - Parameter reloads: whether there is something to read again; otherwise SIGHUP ends the process, as usual.
    init(reloads takesReloads: Bool) {
        let stop = AsyncSignal<Void>()
        self.stop = stop
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        reloads = stream
        watch = SignalWatch([SIGINT, SIGTERM] + (takesReloads ? [SIGHUP] : [])) { number in
            if number == SIGHUP {
                continuation.yield()
                return
            }
            if stop.value != nil { _exit(130) }
            stop.raise(())
        }
    }

    /// Returns when the process is to stop, or the task is cancelled.
    func waitForStop() async { _ = await stop.wait() }
}
