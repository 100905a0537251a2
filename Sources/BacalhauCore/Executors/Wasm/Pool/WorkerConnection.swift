import BacalhauSupport
import CLinux
import Glibc

/// The node's end of one worker. Used by the pool's thread alone.
final class WorkerConnection {
    /// The process until it is reaped.
    private var process: ChildProcess?
    /// Readable once the process has ended; -1 after it is reaped.
    private(set) var endDescriptor: Int32
    /// -1 once nothing more can come.
    private(set) var socket: Int32
    private(set) var task: WorkerTask?
    /// Whether the worker has taken the task up.
    private(set) var hasBegun = false
    /// Whether it has done a task before.
    private(set) var hasServed = false
    /// Whether the task is to end.
    private(set) var isStopping = false
    /// Whether it gets no more tasks.
    private(set) var isRetired = false
    private(set) var end: ProcessEnd?
    /// When the process is killed.
    var killAt: ContinuousClock.Instant?
    /// When an idle worker is let go.
    var idleUntil: ContinuousClock.Instant?

    private var outbox: ArraySlice<UInt8> = []
    private var parser = FrameParser()
    private var pending: [UInt8] = []
    private var pendingStream = StandardStream.stdout

    init(_ launch: WorkerLaunch) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        let failure = bac_socket_pair(&ends)
        guard failure == 0 else { throw SystemError(code: failure, doing: "making a socket pair") }
        defer { close(ends[1]) }
        let started: ChildProcess
        do throws(SystemError) {
            started = try ChildProcess.start(
                launch.executable,
                arguments: [
                    WasmWorker.command, String(getpid()), launch.library, launch.cacheDirectory,
                    String(launch.cacheBytesMax),
                ], environment: launch.environment, inheriting: ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        socket = ends[0]
        endDescriptor = started.endDescriptor
        process = consume started
    }

    deinit {
        if socket >= 0 { close(socket) }
    }

    /// Whether nothing of it is left.
    var isGone: Bool { socket < 0 && end != nil }
    var wantsToSend: Bool { !outbox.isEmpty }

    // MARK: - Sending

    func begin(_ task: WorkerTask) {
        self.task = task
        hasBegun = false
        idleUntil = nil
        outbox = WasmFrame.encode(.request, task.request)[...]
        send()
    }

    /// Sends what the socket takes now. A worker that is gone is noticed by reading.
    func send() {
        while !outbox.isEmpty, socket >= 0 {
            let count = outbox.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                if errno != EAGAIN { outbox = [] }
                return
            }
            outbox = outbox.dropFirst(count)
        }
    }

    /// Asks the worker to end its task, by sending no more.
    func interrupt() {
        isStopping = true
        isRetired = true
        if socket >= 0 { shutdown(socket, Int32(SHUT_WR)) }
    }

    /// Gives the worker nothing more; without a task it ends by itself.
    func retire() {
        isRetired = true
        idleUntil = nil
        if task == nil { closeSocket() }
    }

    func kill() {
        isRetired = true
        killAt = nil
        process?.kill()
    }

    // MARK: - Receiving

    /// Takes what has come, at most `bytesMax` bytes, so that one worker does not hold up the others.
    ///
    /// - Returns: the worker's answer when it has come.
    func receive(into buffer: UnsafeMutableRawBufferPointer, bytesMax: Int) -> WasmWorkerReply? {
        var rest = bytesMax
        var reply: WasmWorkerReply?
        while rest > 0, reply == nil, socket >= 0 {
            let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { break }
            guard count > 0 else {
                closeSocket()
                break
            }
            rest -= count
            let isSound = parser.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { kind, content in
                if let found = take(kind, content) { reply = found }
            }
            if !isSound { giveUp() }
            if count < buffer.count { break }
        }
        flush()
        return reply
    }

    private func take(_ kind: WasmFrame.Kind, _ content: ArraySlice<UInt8>) -> WasmWorkerReply? {
        guard let task else {
            giveUp()
            return nil
        }
        switch kind {
        case .began:
            if !hasBegun { task.report(.began) }
            hasBegun = true
        case .stdout: append(.stdout, content)
        case .stderr: append(.stderr, content)
        case .ended:
            flush()
            if let reply = try? WasmWorkerReply(decoding: content) { return reply }
            giveUp()
        case .request: giveUp()
        }
        return nil
    }

    /// Joins pieces of one stream that come together: programs write many small ones.
    private func append(_ stream: StandardStream, _ content: ArraySlice<UInt8>) {
        if stream != pendingStream { flush() }
        pendingStream = stream
        pending.append(contentsOf: content)
    }

    private func flush() {
        guard !pending.isEmpty else { return }
        pending.withUnsafeBytes { task?.log?.append(pendingStream, $0) }
        pending.removeAll(keepingCapacity: pending.count <= 1 << 20)
    }

    /// After nonsense from the worker.
    private func giveUp() {
        kill()
        closeSocket()
    }

    // MARK: - Ends

    /// Takes the task away, done or not.
    func finishTask() -> WorkerTask? {
        defer {
            task = nil
            hasServed = true
        }
        return task
    }

    func reap() {
        guard let process = process.take() else { return }
        killAt = nil
        endDescriptor = -1
        end = process.reap()
    }

    private func closeSocket() {
        guard socket >= 0 else { return }
        close(socket)
        socket = -1
        isRetired = true
        outbox = []
    }
}
