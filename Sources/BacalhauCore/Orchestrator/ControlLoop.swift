import BacalhauModel
import BacalhauSupport

/// The only writer of the control plane: takes commands in batches, commits each batch with one disk sync, then answers.
///
/// Runs on a thread of its own, which sleeps until a command comes or a deadline is due. A full inbox refuses.
final class ControlLoop: Sendable {
    struct Item: Sendable {
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
        store: JobStore, settings: ControlSettings, retention: JobRetention, clock: any WallClock,
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
    struct Start: @unchecked Sendable {
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
}
