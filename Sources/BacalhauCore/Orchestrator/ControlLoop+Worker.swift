import BacalhauModel
import BacalhauSupport

extension ControlLoop {
    /// What lives on the thread.
    final class Worker {
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
            _ start: Start, settings: ControlSettings, retention: JobRetention, clock: any WallClock,
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
            _ = settle()
        }

        func run() {
            while let batch = inbox.take(timeout: pause) {
                let time = clock.now()
                // Woken for the sweeper alone, the state has nothing to do.
                if !batch.isEmpty || isStale || state.nextDeadline.map({ $0 <= clock.uptime() }) ?? false {
                    handle(batch)
                }
                if !isStale { sweeper.step(on: writer, at: time, isIdle: batch.isEmpty) }
            }
        }

        private var pause: Duration? {
            if isStale { return Worker.stalePause }
            let deadline = state.nextDeadline.map { max(.milliseconds(1), Duration.nanoseconds($0 - clock.uptime())) }
            guard let sweep = sweeper.wait(at: clock.now()) else { return deadline }
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
            let moment = moment
            for item in batch { outcomes.append(apply(item.command, at: moment, changes: &changes)) }
            if batch.isEmpty { _ = apply(.tick, at: moment, changes: &changes) }
            if let failure = commit(changes) {
                outcomes = outcomes.map { _ in .refused(failure) }
                changes = ChangeSet()
            }
            for (item, outcome) in zip(batch, outcomes) { item.reply.resume(returning: outcome) }
            sweeper.noteEnded(changes.endedCountChange, at: moment.wall)
            publish(changes)
            sweeper.boundLog(of: writer, at: moment.wall)
        }

        private var moment: Moment { Moment(wall: clock.now(), uptime: clock.uptime()) }

        /// Writes what changed; when that fails, nothing of it stays in memory either.
        private func commit(_ changes: ChangeSet) -> BacalhauError? {
            do throws(SQLiteError) {
                if changes.hasRows { try writer.commit(changes) }
                return nil
            } catch {
                let failure = JobStore.failure(error)
                isStale = true
                _ = reload()
                return failure
            }
        }

        private func publish(_ changes: ChangeSet) {
            if !changes.messages.isEmpty { deliver(changes.messages) }
            watch.publish(changes.jobs.keys)
            watch.publish(changes.executions.values.lazy.map(\.execution.jobID))
        }

        private func apply(_ command: Command, at moment: Moment, changes: inout ChangeSet) -> CommandOutcome {
            if let token = command.token, !token.isEmpty {
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
            if case .submit(let job, _, _) = command, let refusal = refusal(of: job, changes) {
                return .refused(refusal)
            }
            if let id = command.storedJobID, state.jobs[id] == nil {
                return apply(command, toStored: id, at: moment, &changes)
            }
            return state.apply(command, at: moment, entropy: random.next(), changes: &changes)
        }

        /// Why a job cannot be taken that brings its own identifier: one that has ended may have it still.
        private func refusal(of job: Job, _ changes: ChangeSet) -> BacalhauError? {
            guard job.kind?.isLongRunning == true else { return nil }
            do throws(SQLiteError) {
                if changes.jobs[job.id] == nil, try !writer.hasJob(job.id) { return nil }
                return ControlState.existsAlready(job.id)
            } catch {
                return JobStore.failure(error)
            }
        }

        /// Carries out a command about a job that is over, with what is stored of it now and not what the caller saw.
        private func apply(
            _ command: Command, toStored id: JobID, at moment: Moment, _ changes: inout ChangeSet
        ) -> CommandOutcome {
            do throws(SQLiteError) {
                guard let stored = try storedJob(id, changes) else {
                    return .refused(ControlState.unfinished(id, isEnding: true))
                }
                return state.apply(command.with(stored), at: moment, entropy: random.next(), changes: &changes)
            } catch {
                return .refused(JobStore.failure(error))
            }
        }

        /// What is stored of a job; `nil` when this batch did something to it that is not in the store yet.
        private func storedJob(_ id: JobID, _ changes: ChangeSet) throws(SQLiteError) -> StoredJob? {
            guard changes.jobs[id] == nil, !changes.executions.values.contains(where: { $0.execution.jobID == id })
            else {
                return nil
            }
            return try writer.job(id)
        }

        /// Goes back to what is stored; nodes that are connected stay so.
        ///
        /// - Returns: why that was not possible; then the state stays stale and nothing may be decided from it.
        private func reload() -> BacalhauError? {
            do throws(SQLiteError) {
                restore(try writer.load())
            } catch {
                return JobStore.failure(error)
            }
            return settle()
        }

        private func restore(_ stored: JobStoreWriter.Stored) {
            let former = state.nodes.all
            state = ControlState(settings: state.settings)
            state.restore(stored.jobs, nodes: stored.nodes, nextOrder: stored.nextOrder, at: moment)
            state.resume(former)
        }

        /// Decides what only the whole of the restored state can tell.
        ///
        /// - Returns: why it could not be stored; then the next batch begins by reading everything again.
        private func settle() -> BacalhauError? {
            var changes = ChangeSet()
            state.settle(entropy: random.next(), changes: &changes)
            do throws(SQLiteError) {
                if changes.hasRows { try writer.commit(changes) }
            } catch {
                isStale = true
                return JobStore.failure(error)
            }
            isStale = false
            publish(changes)
            return nil
        }
    }
}
