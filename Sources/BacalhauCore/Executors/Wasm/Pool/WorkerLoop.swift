import BacalhauSupport
import Glibc

/// The pool's thread: owns all workers and waits for whatever happens first. Wakes up for events and deadlines only.
final class WorkerLoop {
    private let inbox: WorkerInbox
    private let limits: WasmWorkerPool.Limits
    private let launch: () -> Result<WorkerLaunch, WasmFailure>
    private var workers: [WorkerConnection] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    private let clock = ContinuousClock()

    /// How much is taken from one worker before the others get their turn.
    private static let turnBytes = 1 << 20
    /// How long a worker that should end by itself may take.
    private static let farewell = Duration.seconds(2)

    init(
        inbox: WorkerInbox, limits: WasmWorkerPool.Limits, launch: @escaping () -> Result<WorkerLaunch, WasmFailure>
    ) {
        self.inbox = inbox
        self.limits = limits
        self.launch = launch
    }

    deinit { buffer.deallocate() }

    /// Returns after `close`.
    func run() {
        while true {
            let ready = wait()
            for command in ready.hasCommands ? inbox.takeAll() : [] {
                switch command {
                case .submit(let task): submit(task)
                case .stop(let id, let grace): stop(id, grace: grace)
                case .close: return closeAll()
                }
            }
            for worker in ready.sendable { worker.send() }
            for worker in ready.readable { receive(from: worker) }
            for worker in ready.ended { worker.reap() }
            meetDeadlines()
            removeGone()
        }
    }

    // MARK: - Waiting

    private struct Ready {
        var hasCommands = false
        var sendable: [WorkerConnection] = []
        var readable: [WorkerConnection] = []
        var ended: [WorkerConnection] = []
    }

    private func wait() -> Ready {
        // A negative descriptor is skipped by poll.
        var entries = [pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0)]
        for worker in workers {
            let events = Int16(POLLIN) | (worker.wantsToSend ? Int16(POLLOUT) : 0)
            entries.append(pollfd(fd: worker.socket, events: events, revents: 0))
            entries.append(pollfd(fd: worker.endDescriptor, events: Int16(POLLIN), revents: 0))
        }
        guard poll(&entries, nfds_t(entries.count), millisecondsToDeadline()) > 0 else { return Ready() }
        var ready = Ready(hasCommands: entries[0].revents != 0)
        for (index, worker) in workers.enumerated() {
            let events = entries[1 + 2 * index].revents
            if events & Int16(POLLOUT) != 0 { ready.sendable.append(worker) }
            if events & ~Int16(POLLOUT) != 0 { ready.readable.append(worker) }
            if entries[2 + 2 * index].revents != 0 { ready.ended.append(worker) }
        }
        return ready
    }

    private func millisecondsToDeadline() -> Int32 {
        let deadlines = workers.lazy.flatMap { [$0.killAt, $0.idleUntil] }.compactMap { $0 }
        guard let first = deadlines.min() else { return -1 }
        let rest = (first - clock.now).components
        guard rest.seconds >= 0, rest.attoseconds >= 0 else { return 0 }
        // Rounded up, so that waking means that the time has come.
        let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: milliseconds)
    }

    // MARK: - Tasks

    private func submit(_ task: WorkerTask, onlyNew: Bool = false) {
        // The one that was busy last has the most in its caches.
        if !onlyNew, let index = workers.lastIndex(where: { $0.idleUntil != nil && !$0.isRetired }) {
            let worker = workers.remove(at: index)
            workers.append(worker)
            return worker.begin(task)
        }
        guard workers.count < limits.workersMax else {
            let failure = WasmFailure(
                "\(workers.count) WASM programs run already, which is as many as this node allows",
                hint: "Try again when some have ended.")
            return task.report(.ended(.notStarted(failure)))
        }
        switch launch() {
        case .failure(let failure): task.report(.ended(.notStarted(failure)))
        case .success(let launch):
            do throws(SystemError) {
                let worker = try WorkerConnection(launch)
                workers.append(worker)
                worker.begin(task)
            } catch {
                let hint = "Check that the node's executable is where the configuration says."
                task.report(.ended(.notStarted(WasmFailure("no WASM worker can be started: \(error)", hint: hint))))
            }
        }
    }

    private func stop(_ id: UInt64, grace: Duration) {
        guard let worker = workers.first(where: { $0.task?.id == id }) else { return }
        worker.interrupt()
        let deadline = clock.now + grace
        if grace <= .zero { worker.kill() } else { worker.killAt = min(worker.killAt ?? deadline, deadline) }
    }

    private func receive(from worker: WorkerConnection) {
        if let reply = worker.receive(into: buffer, bytesMax: Self.turnBytes) {
            let task = worker.finishTask()
            let idle = workers.count { $0.idleUntil != nil }
            if reply.isClean, !worker.isRetired, idle < limits.idleMax {
                worker.idleUntil = clock.now + limits.idleDuration
            } else {
                letGo(worker)
            }
            task?.report(.ended(.reply(reply)))
        }
        if worker.socket < 0, worker.end == nil, worker.killAt == nil { worker.killAt = clock.now + Self.farewell }
    }

    private func letGo(_ worker: WorkerConnection) {
        worker.retire()
        worker.killAt = clock.now + Self.farewell
    }

    // MARK: - Ends

    private func meetDeadlines() {
        let now = clock.now
        for worker in workers {
            if let killAt = worker.killAt, killAt <= now { worker.kill() }
            if let idleUntil = worker.idleUntil, idleUntil <= now { letGo(worker) }
        }
    }

    private func removeGone() {
        let gone = workers.filter(\.isGone)
        guard !gone.isEmpty else { return }
        workers.removeAll(where: \.isGone)
        for worker in gone {
            // Asked first: finishing the task counts it as served.
            let isUntouched = worker.hasServed && !worker.hasBegun && !worker.isStopping
            guard let task = worker.finishTask() else { continue }
            if worker.isStopping {
                task.report(.ended(.stopped))
            } else if isUntouched {
                // A warm worker died before it saw the task: nothing has run yet.
                submit(task, onlyNew: true)
            } else {
                task.report(.ended(.died(worker.end?.description ?? "unknown end")))
            }
        }
    }

    private func closeAll() {
        for worker in workers { worker.kill() }
        for worker in workers {
            worker.reap()
            worker.finishTask()?.report(.ended(.stopped))
        }
        workers = []
    }
}
