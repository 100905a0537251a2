import BacalhauModel
import BacalhauSupport

/// Answers a look at a job at once, or, where the request says `wait=<seconds>`, when the job has changed.
///
/// Our extension: `wait_revision` is the revision the caller has seen. Other servers ignore both.
struct JobWait: Sendable {
    let context: APIContext
    let request: APIRequest

    func row() async throws(BacalhauError) -> JobStore.JobRow {
        let row = try context.orchestrator.store.job(request.id, namespace: request.jobNamespace)
        let seconds = try request.seconds("wait", max: 3600)
        guard seconds > 0 else { return row }
        let seen = UInt64(try request.number("wait_revision", max: .max))
        let until = context.clock.now() + min(.seconds(seconds), context.waitMax)
        var latest = row
        while true {
            let ticket = context.orchestrator.watch.ticket(for: row.id)
            defer { ticket.release() }
            latest = try context.orchestrator.store.job(row.id.rawValue)
            guard let job = try? Job(json: latest.body), job.revision == seen, !job.state.type.isTerminal else {
                return latest
            }
            let left = until.duration(since: context.clock.now())
            guard left > .zero, await JobWait.changed(ticket, within: left) else { return latest }
        }
    }

    private static func changed(_ ticket: JobWatch.Ticket, within time: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await ticket.signal.wait() != nil }
            group.addTask {
                try? await Task.sleep(for: time)
                return false
            }
            let changed = await group.next() ?? false
            group.cancelAll()
            return changed
        }
    }
}
