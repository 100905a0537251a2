import CLinux
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A thread of its own for work that blocks (a disk sync, a system call), so that it never holds up Swift's few threads.
///
/// The body gets a flag to look at; `stop()` sets it and waits for the end. The body must return soon after.
public final class DedicatedThread: Sendable {
    private struct State {
        var handle: pthread_t?
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let state = Mutex(State())

    /// Starts the thread. `name` shows in the system's tools, cut to 15 bytes.
    ///
    /// - Throws: the system's error when no more threads can be made.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let boxed = Unmanaged.passRetained(Body(body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, boxed.toOpaque())
        guard code == 0 else {
            boxed.release()
            throw SystemError(code: code, doing: "starting the thread \(name)")
        }
        bac_thread_set_name(handle, String(name.prefix(15)))
        state.withLock { $0.handle = handle }
    }

    /// Waits until the body has returned. Must not be called from the body. A second call returns at once.
    public func join() {
        let handle = state.withLock { state in
            defer { state.handle = nil }
            return state.handle
        }
        if let handle { pthread_join(handle, nil) }
    }
}

/// A failed system call.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system's error number, as in `ENOENT`.
    public let code: Int32
    /// What was tried, to be read after "while".
    public let doing: String

    /// Makes an error of the value of `errno` and of what was tried.
    public init(code: Int32, doing: String) {
        self.code = code
        self.doing = doing
    }

    public var description: String { "\(String(cString: strerror(code))) while \(doing)" }
}
