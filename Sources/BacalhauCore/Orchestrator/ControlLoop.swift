import BacalhauModel
import BacalhauSupport

/// The only writer of the control plane: takes commands in batches, commits each batch with one disk sync, then answers.
///
/// Runs on a thread of its own, which sleeps until a command comes or a deadline is due. A full inbox refuses.
final class ControlLoop: Sendable {
    private struct Item: Sendable {
        let command: Command
        let reply: CheckedContinuation<CommandOutcome, Never>
    }

    /// Unanswered commands beyond this are refused with "busy".
    static let inboxCountMax = 10_000

    private let inbox = BatchQueue<Item>(countMax: ControlLoop.inboxCountMax)
    private let thread: DedicatedThread

    /// Loads what is unfinished and starts the thread.
    ///
    /// - Parameters:
    ///   - deliver: called on the loop's thread after each commit with what nodes have to be told; must not block.
    init(
        store: JobStore, settings: ControlState.Settings, retention: JobRetention, clock: any WallClock,
        watch: JobWatch, deliver: @escaping @Sendable ([(node: NodeID, message: NodeMessage)]) -> Void
    ) throws(BacalhauError) {
        let inbox = inbox
        let start: Start
        do throws(SQLiteError) {
            // Everything is read before the thread exists, so that a broken store stops the start with its reason.
            let writer = try store.makeWriter()
            start = Start(writer: writer, stored: try writer.load())
        } catch {
            throw JobStore.failure(error)
        }
        do throws(SystemError) {
            thread = try DedicatedThread(name: "control-loop") {
                Worker(
                    start, settings: settings, retention: retention, clock: clock, watch: watch, inbox: inbox,
                    deliver: deliver
                ).run()
            }
        } catch {
            throw BacalhauError(.internal, error.description, component: "ControlLoop")
        }
    }

    /// What the thread begins with.
    private struct Start: @unchecked Sendable {
        // Unchecked because a connection is not Sendable: it is handed over before the thread runs and used by it alone.
        let writer: JobStoreWriter
        let stored: JobStoreWriter.Stored
    }

    /// Carries a command out. When this returns, its effect is on disk, or there is none.
    func perform(_ command: Command) async -> CommandOutcome {
        await withCheckedContinuation { reply in
            switch inbox.offer(Item(command: command, reply: reply)) {
            case .taken: break
            case .full:
                reply.resume(
                    returning: .refused(
                        BacalhauError(
                            .exhausted, "the orchestrator is busy", hint: "Repeat in a second.", isRetryable: true,
                            component: "Orchestrator")))
            case .closed:
                reply.resume(
                    returning: .refused(
                        BacalhauError(
                            .unavailable, "the orchestrator is stopping", isRetryable: true, component: "Orchestrator"))
                )
            }
        }
    }

    /// Answers what was taken, refuses the rest, and ends the thread.
    func stop() {
        inbox.close()
        thread.join()
    }

    /// What lives on the thread.
    private final class Worker {
        let writer: JobStoreWriter
        let clock: any WallClock
        let watch: JobWatch
        let inbox: BatchQueue<Item>
        let deliver: @Sendable ([(node: NodeID, message: NodeMessage)]) -> Void
        var state: ControlState
        var sweeper: JobSweeper
        /// Whether `state` is not what is stored, because a commit failed and the store could not be read again either.
        var isStale = false
        var random = SystemRandomNumberGenerator()

        /// How long a store that cannot be read is left alone when nobody asks.
        static let stalePause: Duration = .seconds(1)

        init(
            _ start: Start, settings: ControlState.Settings, retention: JobRetention, clock: any WallClock,
            watch: JobWatch, inbox: BatchQueue<Item>,
            deliver: @escaping @Sendable ([(node: NodeID, message: NodeMessage)]) -> Void
        ) {
            writer = start.writer
            self.clock = clock
            self.watch = watch
            self.inbox = inbox
            self.deliver = deliver
            state = ControlState(settings: settings)
            sweeper = JobSweeper(retention)
            restore(start.stored)
        }

        func run() {
            while let batch = inbox.take(timeout: pause) {
                let time = clock.now()
                // Woken for the sweeper alone, the state has nothing to do.
                if !batch.isEmpty || isStale || state.nextDeadline.map({ $0 <= time }) ?? false { handle(batch) }
                if !isStale { sweeper.step(on: writer, at: time, isIdle: batch.isEmpty) }
            }
        }

        private var pause: Duration? {
            if isStale { return Worker.stalePause }
            let time = clock.now()
            let deadline = state.nextDeadline.map { max(.milliseconds(1), $0.duration(since: time)) }
            guard let sweep = sweeper.wait(at: time) else { return deadline }
            return min(deadline ?? sweep, sweep)
        }

        private func handle(_ batch: [Item]) {
            if isStale, let failure = reload() {
                for item in batch { item.reply.resume(returning: .refused(failure)) }
                return
            }
            var changes = ChangeSet()
            var outcomes: [CommandOutcome] = []
            outcomes.reserveCapacity(batch.count)
            let time = clock.now()
            for item in batch { outcomes.append(apply(item.command, at: time, changes: &changes)) }
            if batch.isEmpty { _ = apply(.tick, at: time, changes: &changes) }
            do {
                if !changes.isEmpty { try writer.commit(changes) }
            } catch {
                // Nothing was stored, so nothing may stay in memory either.
                let failure = JobStore.failure(error)
                outcomes = outcomes.map { _ in .refused(failure) }
                changes = ChangeSet()
                isStale = true
                _ = reload()
            }
            for (item, outcome) in zip(batch, outcomes) { item.reply.resume(returning: outcome) }
            sweeper.noteRetired(changes.retired.count, at: time)
            if !changes.messages.isEmpty { deliver(changes.messages) }
            watch.publish(changes.jobs.keys)
            watch.publish(changes.executions.values.lazy.map(\.execution.jobID))
            sweeper.boundLog(of: writer, at: time)
        }

        private func apply(_ command: Command, at time: Timestamp, changes: inout ChangeSet) -> CommandOutcome {
            if case .submit(_, _, let token) = command, !token.isEmpty {
                if let earlier = changes.tokens.first(where: { $0.token == token }) {
                    return .submitted(earlier.job, earlier.evaluation)
                }
                do throws(SQLiteError) {
                    if let (job, evaluation) = try writer.submission(token: token) {
                        return .submitted(job, evaluation)
                    }
                } catch {
                    // Not knowing whether the job is there already, taking it could run it twice.
                    return .refused(JobStore.failure(error))
                }
            }
            return state.apply(command, at: time, entropy: random.next(), changes: &changes)
        }

        /// Goes back to what is stored; nodes that are connected stay so.
        ///
        /// - Returns: why that was not possible; then the state stays stale and nothing may be decided from it.
        private func reload() -> BacalhauError? {
            do throws(SQLiteError) {
                restore(try writer.load())
                isStale = false
                return nil
            } catch {
                return JobStore.failure(error)
            }
        }

        private func restore(_ stored: JobStoreWriter.Stored) {
            let connected = state.nodes.values.filter { $0.state.connection == .connected }
            state = ControlState(settings: state.settings)
            state.restore(stored.jobs, nodes: stored.nodes, nextOrder: stored.nextOrder, at: clock.now())
            for node in connected { state.nodes[node.id]?.state.connection = .connected }
        }
    }
}
