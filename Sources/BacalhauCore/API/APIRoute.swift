import BacalhauModel

/// One call of the API: where it is, what it takes and answers, and who does it.
///
/// The table of these is what requests are matched against and what the OpenAPI document is written from.
struct APIRoute: Sendable {
    typealias Handler = @Sendable (APIContext, APIRequest) async throws -> APIResponse

    let method: String
    /// The path, with names of variable parts in braces: `/api/v1/orchestrator/jobs/{id}`.
    let template: String
    /// Unique; what generated clients call the function.
    let name: String
    let summary: String
    let answer: Answer
    var parameters: [APIParameter] = []
    /// The schema of the body; `nil` when none is read.
    var body: String?
    /// Statuses besides 200 and those every call can have.
    var failures: [Int] = []
    /// Throws nothing but ``BacalhauError``; closures cannot say so without being written out in full.
    let handle: Handler

    /// Does the call.
    func respond(to request: APIRequest, in context: APIContext) async throws(BacalhauError) -> APIResponse {
        do { return try await handle(context, request) } catch {
            throw error as? BacalhauError
                ?? BacalhauError(.internal, "\(name) failed: \(error)", component: "APIServer")
        }
    }

    /// What a successful call answers.
    enum Answer: Sendable {
        /// A JSON body with a schema of the document.
        case json(String)
        case text
        case html
        /// A packed folder, or the address of one.
        case archive
        /// Messages over a WebSocket, each with this schema.
        case webSocket(String)
        /// 410 for every request.
        case gone
    }

    /// What it asks of its caller, on nodes that ask.
    var access: AccessRule { AccessRule(of: self) }

    /// The parts of the template.
    var segments: [Substring] { template.split(separator: "/") }
}

/// A parameter of the query.
struct APIParameter: Sendable {
    let name: String
    let kind: Kind
    let summary: String

    enum Kind: Sendable {
        case text
        /// One of these; empty or absent for the default.
        case choice([String])
        /// From 0 to a greatest value.
        case number(max: Int64)
        case flag
        /// May be given several times.
        case list
        /// `30` or `30s`.
        case seconds(max: Int64)
    }

    init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
    }

    static let namespace = APIParameter("namespace", .text, "The namespace; `*` or nothing means all of them.")
    static let jobNamespace = APIParameter(
        "namespace", .text, "Where a job's name is looked up; `default` if left out.")
    static let jobVersion = APIParameter(
        "job_version", .number(max: .max),
        "A version of the job: 1 is the first one for clients since 1.5, the second one for older ones. 0 is the present "
            + "one; in lists of older clients, all.")
    static let allJobVersions = APIParameter(
        "all_job_versions", .flag, "All versions of the job; older clients always get them.")
    static let limit = APIParameter("limit", .number(max: Int64(UInt32.max)), "Most items; 0 gives all of them.")
    static let nextToken = APIParameter("next_token", .text, "The `NextToken` of the page before.")
    static let reverse = APIParameter("reverse", .flag, "Turns the order around.")
    static let labels = APIParameter("labels", .list, "A selector in the syntax of Kubernetes; all given must hold.")

    static func order(_ names: [String], _ summary: String) -> APIParameter {
        APIParameter("order_by", .choice(names), summary)
    }
}
