import BacalhauModel
import BacalhauSupport
import Synchronization

/// Lets callers sleep until a job changes. Costs nothing while nobody watches.
final class JobWatch: Sendable {
    private let watchers = Mutex<[JobID: [Int: AsyncSignal<Void>]]>([:])
    private let nextKey = Mutex(0)

    /// Takes note of the next change of a job. Look at the job after taking the ticket, then wait.
    func ticket(for id: JobID) -> Ticket {
        let key = nextKey.withLock { key in
            key += 1
            return key
        }
        let signal = AsyncSignal<Void>()
        watchers.withLock { $0[id, default: [:]][key] = signal }
        return Ticket(watch: self, id: id, key: key, signal: signal)
    }

    /// Wakes everybody who watches one of these jobs.
    func publish(_ ids: some Sequence<JobID>) {
        let signals = watchers.withLock { watchers in
            watchers.isEmpty ? [] : ids.flatMap { watchers.removeValue(forKey: $0).map { Array($0.values) } ?? [] }
        }
        for signal in signals { signal.raise(()) }
    }

    /// One caller's wish to hear of the next change.
    struct Ticket: Sendable {
        fileprivate let watch: JobWatch
        let id: JobID
        fileprivate let key: Int
        let signal: AsyncSignal<Void>

        /// Forgets the wish. Needed when the change never came.
        func release() {
            watch.watchers.withLock { watchers in
                watchers[id]?[key] = nil
                if watchers[id]?.isEmpty == true { watchers[id] = nil }
            }
        }
    }
}
