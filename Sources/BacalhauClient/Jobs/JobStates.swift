public import BacalhauModel

/// A job as it is now and after every change, up to its end. Each revision comes once; quick ones may be passed over.
public struct JobStates: AsyncSequence, Sendable {
    /// The job as it was at one revision.
    public typealias Element = Job
    /// What any call fails with, such as `notFound`.
    public typealias Failure = BacalhauError

    let connection: APIConnection
    let id: String

    /// Starts with the job as it is now.
    public func makeAsyncIterator() -> Iterator { Iterator(poll: JobPoll(connection: connection, id: id)) }

    /// The position in the job's life.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        var poll: JobPoll
        private var isFinished = false

        init(poll: JobPoll) { self.poll = poll }

        /// Waits for the next change; `nil` once the job's last state was returned.
        public mutating func next() async throws(BacalhauError) -> Job? {
            guard !isFinished else { return nil }
            let job = try await poll.next()
            isFinished = job.state.type.isTerminal
            return job
        }

        /// Waits for the next change; `nil` once the job's last state was returned.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BacalhauError) -> Job? {
            try await next()
        }
    }
}
