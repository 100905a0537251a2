internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Runs work that blocks (files, archives) on threads of its own, so that the few threads of Swift's tasks stay free.
///
/// Threads are made when they are needed, at most so many of each kind, and then wait for more work without waking up.
public enum BlockingWork {
    /// How many pieces of work on files run at once; more wait in the order they came.
    public static let threadsMax = 16
    /// How many waits for programs go on at once.
    public static let programsMax = 8

    /// Which threads do a piece of work.
    public enum Kind: Sendable {
        /// Files and archives.
        case files
        /// Waiting for a program, however long that takes: never in the way of the files.
        case programs
        /// Comparing passwords with their hashes, one at a time: it takes the processor, and strangers can ask for it.
        case passwords
    }

    /// Tells a piece of work that nobody waits for it any more.
    public final class Cancellation: Sendable {
        private let flag = Atomic<Bool>(false)

        /// A flag that was never raised.
        public init() {}

        /// Whether the work should stop where it is.
        public var isCancelled: Bool { flag.load(ordering: .relaxed) }

        /// Raises the flag; it stays up.
        public func cancel() { flag.store(true, ordering: .relaxed) }
    }

    /// Runs `work` on a thread that may block and waits for it.
    ///
    /// Cancelling the task raises the work's flag. The work decides what to do about it; the wait goes on until it has.
    public static func run<Value: Sendable, Failure: Error>(
        _ kind: Kind = .files, _ work: @escaping @Sendable (Cancellation) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let cancellation = Cancellation()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, Failure>, Never>) in
                threads(of: kind).submit {
                    do throws(Failure) {
                        continuation.resume(returning: .success(try work(cancellation)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
        return try result.get()
    }

    private static func threads(of kind: Kind) -> WorkThreads {
        switch kind {
        case .files: fileThreads
        case .programs: programThreads
        case .passwords: passwordThread
        }
    }

    private static let fileThreads = WorkThreads(countMax: threadsMax)
    private static let programThreads = WorkThreads(countMax: programsMax)
    private static let passwordThread = WorkThreads(countMax: 1)
}

/// The threads and what waits for them.
///
/// Sendable because the queue and the counts are only touched while `mutex` is held.
private final class WorkThreads: @unchecked Sendable {
    private let countMax: Int
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [@Sendable () -> Void] = []
    private var count = 0
    private var idle = 0

    /// Lives as long as the process, so the lock is never freed.
    init(countMax: Int) {
        self.countMax = countMax
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    func submit(_ work: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        queue.append(work)
        let needsThread = queue.count > idle && count < countMax
        if needsThread { count += 1 }
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        if needsThread { startThread() }
    }

    private func startThread() {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 1 << 20)
        defer { pthread_attr_destroy(&attributes) }
        let me = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<WorkThreads>.fromOpaque(argument).takeRetainedValue().serve()
                return nil
            }, me.toOpaque())
        guard code != 0 else { return }
        // No thread to be had: others serve the queue; if there are none, do the work here rather than never.
        me.release()
        pthread_mutex_lock(mutex)
        count -= 1
        let work = count == 0 ? queue : []
        if count == 0 { queue = [] }
        pthread_mutex_unlock(mutex)
        for piece in work { piece() }
    }

    private func serve() {
        while true { next()() }
    }

    private func next() -> @Sendable () -> Void {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        idle += 1
        while queue.isEmpty { pthread_cond_wait(condition, mutex) }
        idle -= 1
        return queue.removeFirst()
    }
}
