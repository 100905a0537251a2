public import BacalhauModel
public import BacalhauSupport

/// The output of an execution, piece by piece. The connection is opened by the first `next()` and closed at the end,
/// when the reading task is cancelled and when the iterator is dropped.
public struct LogStream: AsyncSequence, Sendable {
    public typealias Element = LogMessage
    public typealias Failure = BacalhauError

    let connection: APIConnection
    let path: String

    /// Starts a connection of its own.
    public func makeAsyncIterator() -> Iterator { Iterator(connection: connection, path: path) }

    /// The position in the output.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let connection: APIConnection
        let path: String

        /// The next piece, or `nil` when there will be no more.
        public mutating func next() async throws(BacalhauError) -> LogMessage? {
            throw BacalhauError(.notImplemented, "not yet")
        }

        /// The next piece, or `nil` when there will be no more.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BacalhauError) -> LogMessage? {
            try await next()
        }
    }
}
