import BacalhauModel

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Hands elements from many producers to one consuming thread, all that have gathered at a time.
///
/// This is what makes group commit: while the consumer waits for the disk, the next batch gathers. Bounded: a full
/// queue refuses. The consumer blocks without waking up for nothing.
public final class BatchQueue<Element: Sendable>: @unchecked Sendable {
    // Unchecked because of the system's mutex and condition, which Swift cannot see guard `elements` and `isClosed`:
    // both are touched only between `lock` and `unlock`, and the pointers never change.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var elements: [Element] = []
    private var isClosed = false
    private let countMax: Int

    /// Makes an empty queue that refuses elements while `countMax` of them wait.
    public init(countMax: Int) {
        self.countMax = countMax
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// What became of an offered element.
    public enum Offer: Sendable { case taken, full, closed }

    /// Adds an element, unless the queue is full or closed.
    public func offer(_ element: Element) -> Offer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if isClosed { return .closed }
        if elements.count >= countMax { return .full }
        elements.append(element)
        if elements.count == 1 { pthread_cond_signal(condition) }
        return .taken
    }

    /// Refuses further elements and lets the consumer end once it has taken what is there.
    public func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for elements, at most `timeout` (`nil`: without end), and takes all of them.
    ///
    /// - Returns: an empty array when the time is over, `nil` when the queue is closed and empty.
    public func take(timeout: Duration?) -> [Element]? {
        var until = timespec()
        if let timeout {
            clock_gettime(CLOCK_MONOTONIC, &until)
            let total = Int64(until.tv_nsec) + max(0, timeout.wholeNanoseconds % 1_000_000_000)
            until.tv_sec += Int(max(0, timeout.wholeNanoseconds / 1_000_000_000) + total / 1_000_000_000)
            until.tv_nsec = Int(total % 1_000_000_000)
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty, !isClosed {
            if timeout == nil {
                pthread_cond_wait(condition, mutex)
            } else if pthread_cond_timedwait(condition, mutex, &until) == ETIMEDOUT {
                return []
            }
        }
        if elements.isEmpty { return nil }
        defer { elements = [] }
        return elements
    }
}
