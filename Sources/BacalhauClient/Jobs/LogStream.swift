public import BacalhauModel
public import BacalhauSupport

/// The output of an execution, piece by piece. The connection is opened by the first `next()` and closed at the end,
/// when the reading task is cancelled and when the iterator is dropped.
public struct LogStream: AsyncSequence, Sendable {
    /// A piece of what the program wrote.
    public typealias Element = LogMessage
    /// What the server says went wrong, or `network` when the connection broke.
    public typealias Failure = BacalhauError

    let connection: APIConnection
    let id: String
    let execution: ExecutionID?
    let query: [(name: String, value: String)]
    let canResume: Bool

    /// Starts a connection of its own.
    public func makeAsyncIterator() -> Iterator {
        Iterator(
            reader:
                LogReader(connection: connection, id: id, execution: execution, query: query, canResume: canResume))
    }

    /// The position in the output.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let reader: LogReader

        /// The next piece, or `nil` when there will be no more.
        /// - Throws: what the server says went wrong, or `network` when the connection broke before the end.
        public mutating func next() async throws(BacalhauError) -> LogMessage? { try await reader.next() }

        /// The next piece, or `nil` when there will be no more.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BacalhauError) -> LogMessage? {
            try await reader.next()
        }
    }
}
