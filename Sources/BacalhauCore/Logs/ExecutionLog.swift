internal import BacalhauModel
internal import Synchronization

/// The log of one execution while it is written; readers get it from ``LogStore/read(_:from:follow:)``.
///
/// Its file is made with the first output: an execution that writes nothing costs no file. Every piece of output is in
/// the file when `append` returns, so that it outlives this process.
final class ExecutionLog: ExecutionLogWriter, Sendable {
    /// The execution whose output this is.
    let id: ExecutionID
    private let path: String
    private let limits: LogLimits
    private let now: @Sendable () -> Timestamp
    private let onFinish: @Sendable (ExecutionLog) -> Void
    private let state: Mutex<State>

    private struct State {
        var file: LogFile?
        var tail = LogTail()
        var stdout: LogHead
        var stderr: LogHead
        var isFinished = false
        var followers: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextFollower: UInt64 = 0

        /// Takes out everybody who waits for this log, to be woken without the lock.
        mutating func takeFollowers() -> [UInt64: CheckedContinuation<Void, Never>] {
            guard !followers.isEmpty else { return [:] }
            defer { followers = [:] }
            return followers
        }

        mutating func addToHead(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer) {
            switch stream {
            case .stdout: stdout.append(bytes)
            case .stderr: stderr.append(bytes)
            }
        }
    }

    init(
        _ id: ExecutionID, path: String, limits: LogLimits, now: @escaping @Sendable () -> Timestamp,
        onFinish: @escaping @Sendable (ExecutionLog) -> Void
    ) {
        self.id = id
        self.path = path
        self.limits = limits
        self.now = now
        self.onFinish = onFinish
        let head = LogHead(bytesMax: limits.headBytesMax)
        state = Mutex(State(stdout: head, stderr: head))
    }

    /// Takes over the file of a log that an earlier process wrote, if there is one, and cuts off a torn record.
    func recover() throws(LogError) {
        guard let file = try LogFile(path: path, creates: false, writes: true) else { return }
        var stdout = LogHead(bytesMax: limits.headBytesMax)
        var stderr = stdout
        let tail = try file.scannedTail { stream, bytes in
            switch stream {
            case .stdout: stdout.append(bytes)
            case .stderr: stderr.append(bytes)
            }
        }
        if !tail.isFinished {
            if tail.lastSequence == 0 { try file.startLog() }
            try file.truncate(to: tail.end)
        }
        stdout.setTotal(tail.totals.stdout)
        stderr.setTotal(tail.totals.stderr)
        state.withLock { state in
            state.file = file
            state.tail = tail
            state.stdout = stdout
            state.stderr = stderr
            state.isFinished = tail.isFinished
        }
    }

    func append(_ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, writtenAt: Timestamp?) {
        guard !bytes.isEmpty else { return }
        let time = writtenAt ?? now()
        let followers = state.withLock { state -> [UInt64: CheckedContinuation<Void, Never>] in
            guard !state.isFinished else { return [:] }
            // What was written earlier still comes behind what is there.
            let time = writtenAt == nil ? time : max(time, state.tail.lastTime ?? time)
            state.addToHead(stream, bytes)
            let room = limits.bytesMax > state.tail.kept ? limits.bytesMax - state.tail.kept : 0
            let kept = write(stream, UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(clamping: room))), time, &state)
            state.tail.totals.count(stream, bytes.count - kept)
            state.tail.totals.dropped += UInt64(bytes.count - kept)
            return kept > 0 ? state.takeFollowers() : [:]
        }
        for follower in followers.values { follower.resume() }
    }

    /// Writes as much as the disk takes; returns how many bytes that was.
    private func write(
        _ stream: StandardStream, _ bytes: UnsafeRawBufferPointer, _ time: Timestamp, _ state: inout State
    ) -> Int {
        guard !bytes.isEmpty else { return 0 }
        var written = 0
        do throws(LogError) {
            let file = try file(&state)
            while written < bytes.count {
                let piece = UnsafeRawBufferPointer(rebasing: bytes[written...].prefix(LogFormat.payloadMax))
                let header = LogHeader(
                    kind: stream.rawValue, length: piece.count, previousLength: state.tail.lastLength,
                    sequence: state.tail.lastSequence + 1, time: time)
                try file.write(header, piece, at: state.tail.end)
                state.tail.add(header)
                written += piece.count
            }
        } catch {
            // A full disk must not end the workload: what could not be kept is counted by the caller, and writing is
            // tried again with the next piece.
        }
        return written
    }

    private func file(_ state: inout State) throws(LogError) -> LogFile {
        if let file = state.file { return file }
        guard let file = try LogFile(path: path, creates: true, writes: true) else {
            throw .file(path: path, code: 0)
        }
        try file.startLog()
        state.file = file
        return file
    }

    /// Says that nothing more will be written. Followers get what is there and end. Repeating it is harmless.
    func finish() {
        let followers = state.withLock { state -> [UInt64: CheckedContinuation<Void, Never>] in
            guard !state.isFinished else { return [:] }
            state.isFinished = true
            writeTotals(&state)
            return state.takeFollowers()
        }
        onFinish(self)
        for follower in followers.values { follower.resume() }
    }

    private func writeTotals(_ state: inout State) {
        guard state.file != nil || state.tail.totals.dropped > 0 else { return }
        let header = LogHeader(
            kind: LogFormat.totalsKind, length: LogTotals.size, previousLength: state.tail.lastLength,
            sequence: state.tail.lastSequence + 1, time: state.tail.lastTime ?? now())
        let totals = state.tail.totals
        withUnsafeTemporaryAllocation(byteCount: LogTotals.size, alignment: 8) { bytes in
            totals.encode(into: bytes)
            do throws(LogError) {
                let file = try file(&state)
                try file.write(header, UnsafeRawBufferPointer(bytes), at: state.tail.end)
            } catch {
                // Without its last record the log reads the same; only the count of dropped bytes is lost.
            }
        }
    }
}

extension ExecutionLog {
    /// Everything that is known of the log now.
    var info: LogInfo { state.withLock { LogInfo($0.tail, isFinished: $0.isFinished) } }

    /// What the execution wrote, as the run result shows it.
    ///
    /// - Parameters:
    ///   - exitCode: see `RunResult`.
    ///   - errorMessage: see `RunResult`.
    func runResult(exitCode: Int64, errorMessage: String = "") -> RunResult {
        state.withLock { state in
            RunResult(
                stdout: state.stdout.text, stdoutTruncated: state.stdout.isTruncated,
                stderr: state.stderr.text, stderrTruncated: state.stderr.isTruncated,
                exitCode: exitCode, errorMessage: errorMessage)
        }
    }

    /// See ``ExecutionLogWriter``.
    var written: WrittenOutput {
        let tail = extent.tail
        return WrittenOutput(bytes: tail.bytes, firstTime: tail.firstTime, lastTime: tail.lastTime)
    }

    /// See ``ExecutionLogWriter``.
    func recentOutput(since: Timestamp, bytesMax: Int) -> RecentOutput {
        let (file, tail, _) = extent
        guard let file else { return RecentOutput() }
        var search = LogSearch(file, tail: tail)
        return (try? search.recentOutput(since: since, bytesMax: bytesMax)) ?? RecentOutput()
    }

    /// The file and how far it goes; `nil` while there is no output.
    var extent: (file: LogFile?, tail: LogTail, isFinished: Bool) {
        state.withLock { ($0.file, $0.tail, $0.isFinished) }
    }

    /// Waits until there is more than `end`, or nothing more to come.
    func waitForMore(than end: UInt64) async throws(LogError) {
        let follower = state.withLock { state in
            state.nextFollower += 1
            return state.nextFollower
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // The handler below runs after the flag is set and takes the same lock: it finds the follower.
                    if Task.isCancelled || state.isFinished || state.tail.end > end { return true }
                    state.followers[follower] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { $0.followers.removeValue(forKey: follower) }
            waiting?.resume()
        }
        if Task.isCancelled { throw .cancelled }
    }
}

extension LogInfo {
    init(_ tail: LogTail, isFinished: Bool) {
        self.init(
            bytes: tail.bytes, droppedBytes: tail.totals.dropped,
            lastSequence: tail.lastSequence, lastTime: tail.lastTime, isFinished: isFinished)
    }
}

extension LogFile {
    /// Writes the mark that every log begins with.
    func startLog() throws(LogError) {
        var failure: LogError?
        LogFormat.mark.withUnsafeBytes { mark in
            do throws(LogError) { try write(mark, UnsafeRawBufferPointer(start: nil, count: 0), at: 0) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    func write(_ header: LogHeader, _ payload: UnsafeRawBufferPointer, at offset: UInt64) throws(LogError) {
        var failure: LogError?
        withUnsafeTemporaryAllocation(byteCount: LogHeader.size, alignment: 8) { bytes in
            header.encode(into: bytes)
            do throws(LogError) { try write(UnsafeRawBufferPointer(bytes), payload, at: offset) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
