public import BacalhauModel
import BacalhauSupport

extension JobsAPI {
    /// A job as it was before each update and rerun, oldest first, and last as it is now.
    ///
    /// - Throws: `notFound` also for servers that keep no versions, such as v1.4.0's.
    public func versions(_ id: some JobReference) async throws(BacalhauError) -> [Job] {
        try await connection.page(of: .get(try JobsAPI.path(of: id) + "/versions")).items
    }

    /// How a job differs from the latest one of its name and namespace. Nothing is submitted.
    ///
    /// - Throws: `notFound` when there is no job of that name, and for servers that cannot tell, such as v1.4.0's;
    ///   `validation` with one problem a line when the job would be refused.
    public func diff(_ job: Job) async throws(BacalhauError) -> JobDifference {
        let body = PutJobRequest(job: job).json
        return try await connection.value(of: .send("PUT", JobsAPI.path + "/diff", body: body, isRepeatable: true))
    }
}
