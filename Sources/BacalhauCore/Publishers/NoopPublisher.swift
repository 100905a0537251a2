public import BacalhauModel

/// Publishes nothing, for jobs whose results nobody wants and for tests.
public struct NoopPublisher: ResultPublisher {
    /// `noop`.
    public let publisherType = "noop"

    /// Makes a publisher; there is nothing to configure.
    public init() {}

    /// Always available.
    public func availability() async -> Availability { .available }

    /// Takes any parameters.
    public func check(_ publisher: Publisher) async throws(PublisherError) {}

    /// Does nothing.
    ///
    /// - Returns: the empty result.
    public func publish(
        _ directory: String, of execution: ExecutionID, job: JobID, to publisher: Publisher
    ) async throws(PublisherError) -> SpecConfig {
        if Task.isCancelled { throw .cancelled }
        return .empty
    }

    /// Nothing to do: nothing is kept.
    public func remove(_ execution: ExecutionID) async {}
}
