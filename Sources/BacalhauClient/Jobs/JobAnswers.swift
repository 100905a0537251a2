import BacalhauModel
import BacalhauSupport

/// The answer to a question about one job.
struct JobAnswer: WireDecodable {
    private var job: Job?
    private var executions: ListResponse<Execution>?
    private var history: ListResponse<HistoryItem>?

    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "GetJobResponse", in: &context)
        job = reader.object("Job", in: &context)
        executions = reader.object("Executions", in: &context)
        history = reader.object("History", in: &context)
    }

    func details() throws(BacalhauError) -> JobDetails {
        guard let job else {
            throw BacalhauError(.internal, "the server's answer holds no job", component: "Client")
        }
        return JobDetails(job: job, executions: executions?.items, history: history?.items)
    }
}
