import BacalhauModel
import BacalhauSupport

/// Learns of the changes of one job.
///
/// The server is asked to answer when the job's revision is another than the one we know, or after a while. One that
/// does not know this answers at once; then we pause, longer and longer, until something changes.
struct JobPoll: Sendable {
    /// How long the server may wait.
    static let serverWait: Duration = .seconds(30)
    /// An answer without news that comes faster shows a server that does not wait.
    static let atOnce: Duration = .seconds(1)
    static let pauseMin: Duration = .milliseconds(50)
    static let pauseMax: Duration = .milliseconds(500)

    let connection: APIConnection
    private var id: String
    private var revision: UInt64?
    private var pause = JobPoll.pauseMin
    private var outage = Outage()

    init(connection: APIConnection, id: String) {
        self.connection = connection
        self.id = id
    }

    /// The job as it is, and from the second call on its next change.
    mutating func next() async throws(BacalhauError) -> Job {
        while true {
            let start = connection.pauses.now()
            let job = try await askThroughOutages()
            guard job.revision == revision else {
                revision = job.revision
                if !job.id.rawValue.isEmpty { id = job.id.rawValue }
                pause = JobPoll.pauseMin
                return job
            }
            if connection.pauses.now() - start < JobPoll.atOnce {
                try await connection.sleep(pause)
                pause = min(pause * 2, JobPoll.pauseMax)
            }
        }
    }

    private mutating func askThroughOutages() async throws(BacalhauError) -> Job {
        while true {
            do throws(BacalhauError) {
                let job = try await ask()
                outage.end()
                return job
            } catch {
                // The first question tells whether there is a server at all.
                guard revision != nil else { throw error }
                try await outage.goOn(after: error, on: connection)
            }
        }
    }

    private func ask() async throws(BacalhauError) -> Job {
        var call = APICall.get(try JobsAPI.path(of: id))
        if let revision {
            call.query = [
                ("wait", String(JobPoll.serverWait.components.seconds)), ("wait_revision", String(revision)),
            ]
            call.timeout = max(connection.options.timeout, JobPoll.serverWait + .seconds(15))
        }
        return try await connection.value(of: call, as: JobAnswer.self).details().job
    }
}
