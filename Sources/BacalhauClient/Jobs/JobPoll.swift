import BacalhauModel

/// Learns of the changes of one job.
struct JobPoll: Sendable {
    let connection: APIConnection
    let id: String

    mutating func next() async throws(BacalhauError) -> Job {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
