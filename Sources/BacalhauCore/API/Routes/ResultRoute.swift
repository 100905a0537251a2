import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport

/// Hands out an execution's published archive: those of this node itself, others by the address they were published at.
struct ResultRoute: Sendable {
    let context: APIContext

    func respond(to request: APIRequest) throws(BacalhauError) -> APIResponse {
        let store = context.orchestrator.store
        let row = try store.job(request.id, namespace: request.jobNamespace)
        let wanted = request.values["execution"] ?? ""
        let found = try store.executions(order: row.order).lazy.compactMap { try? Execution(json: $0) }
            .first { $0.id.rawValue == wanted }
        guard let execution = found else {
            throw BacalhauError(
                .notFound, "job \(row.id) has no execution \(wanted)", hint: "List the job's executions.",
                component: "JobStore")
        }
        guard let result = execution.publishedResult, !result.type.isEmpty else {
            throw BacalhauError(
                .notFound, "execution \(wanted) has published nothing",
                hint: "Only completed executions of jobs with a publisher have results.", component: "JobStore")
        }
        if let archive = context.archive(execution.id, request.http) { return .http(archive) }
        guard let address = result.params.first(where: { $0.key.lowercased() == "url" })?.value.string,
            address.hasPrefix("http://") || address.hasPrefix("https://")
        else {
            throw BacalhauError(
                .notFound, "the result of execution \(wanted) is not an archive that can be fetched from here",
                hint: "GET …/results says where it is.", component: "ResultStore")
        }
        return .http(HTTPResponse(status: 307, headers: [("Location", address)]))
    }
}
