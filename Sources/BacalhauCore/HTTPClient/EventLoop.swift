internal import CCurl
internal import Synchronization

#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

/// The inbox of the thread that runs all transfers of a client.
///
/// The thread starts with the first command and sleeps until a socket, a time limit or a command wakes it.
final class EventLoop: Sendable {
    /// What callers ask of the thread.
    enum Command: Sendable {
        case start(Transfer, CheckedContinuation<Transfer.Outcome, Never>)
        case cancel(Transfer)
        case resume(Transfer)
        case webSocket(Transfer, WebSocketConnection.Action)
    }

    /// What the thread does next.
    enum Turn: Sendable {
        case run([Command])
        case sleep
        case stop([Command])
    }

    /// Sendable because the only call made from other threads is `curl_multi_wakeup`, which libcurl allows.
    private struct MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private enum Phase {
        case new
        case running(MultiHandle)
        case closed
    }

    private struct State {
        var phase = Phase.new
        var inbox: [Command] = []
        /// The thread is about to sleep or sleeps: the next command has to wake it.
        var sleeps = false
    }

    private let configuration: HTTPClientConfiguration
    private let state = Mutex(State())

    init(configuration: HTTPClientConfiguration) {
        self.configuration = configuration
    }

    /// Hands a command to the thread. The answer says why it cannot be done, if so.
    func post(_ command: Command) -> HTTPClientError? {
        state.withLock { state in
            if case .new = state.phase, let error = start(&state) { return error }
            guard case .running(let multi) = state.phase else { return .closed }
            state.inbox.append(command)
            wake(&state, multi)
            return nil
        }
    }

    /// Ends the thread and every transfer with ``HTTPClientError/closed``.
    func close() {
        state.withLock { state in
            if case .running(let multi) = state.phase { wake(&state, multi) }
            state.phase = .closed
        }
    }

    /// For the thread: the commands since the last turn.
    func nextTurn() -> Turn {
        state.withLock { state in
            defer { state.inbox = [] }
            if case .closed = state.phase { return .stop(state.inbox) }
            state.sleeps = state.inbox.isEmpty
            return state.sleeps ? .sleep : .run(state.inbox)
        }
    }

    /// For the thread: it woke by itself.
    func woke() {
        state.withLock { $0.sleeps = false }
    }

    private func wake(_ state: inout State, _ multi: MultiHandle) {
        guard state.sleeps else { return }
        state.sleeps = false
        curl_multi_wakeup(multi.pointer)
    }

    private func start(_ state: inout State) -> HTTPClientError? {
        guard Self.isLibraryReady, let multi = curl_multi_init() else {
            return .outOfResources("libcurl has no memory")
        }
        _ = bac_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumIdleConnections)
        let worker = Unmanaged.passRetained(LoopWorker(loop: self, multi: multi, configuration: configuration))
        let code = startThread(worker.toOpaque())
        guard code == 0 else {
            worker.release()
            curl_multi_cleanup(multi)
            return .outOfResources("no thread: \(describeSystemError(code))")
        }
        state.phase = .running(MultiHandle(pointer: multi))
        return nil
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Starts a detached thread that runs a ``LoopWorker``, whose reference it takes over.
///
/// The thread takes no signals: they belong to the program, and a broken pipe under TLS must not end the process.
private func startThread(_ worker: UnsafeMutableRawPointer) -> Int32 {
    var everything = sigset_t()
    var before = sigset_t()
    sigfillset(&everything)
    pthread_sigmask(SIG_SETMASK, &everything, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { argument in
            if let argument {
                Unmanaged<LoopWorker>.fromOpaque(argument).takeRetainedValue().run()
            }
            return nil
        }, worker)
    if code == 0 { pthread_detach(thread) }
    return code
}
