import BacalhauModel
struct NoopPublisher: ResultPublisher {
    let publisherType = "noop"
    func availability() async -> Availability { .available }
    func check(_ publisher: Publisher) async throws(PublisherError) {}
    func publish(_ directory: String, of execution: ExecutionID, job: JobID, to publisher: Publisher)
        async throws(PublisherError) -> SpecConfig { .empty }
    func remove(_ execution: ExecutionID) async {}
}
