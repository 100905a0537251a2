import BacalhauClient
import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport

/// A real node, asked by plain requests, as clients that are not ours do.
struct LiveAPI: Sendable {
    let node: NodeProcess
    let endpoint: String
    private let client = HTTPClient()

    static func start(flags: [String] = []) async throws -> LiveAPI {
        let node = try NodeProcess(flags: flags)
        try await node.start()
        return LiveAPI(node: node, endpoint: await node.endpoint)
    }

    private init(node: NodeProcess, endpoint: String) {
        self.node = node
        self.endpoint = endpoint
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
        /// `null` when the body is not JSON.
        let json: JSONValue

        /// What lies at the end of a path of member names and indexes.
        subscript(path: JSONPathPart...) -> JSONValue { path.reduce(json) { $1.step(from: $0) } }
    }

    enum JSONPathPart: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, Sendable {
        case member(String)
        case index(Int)

        init(stringLiteral value: String) { self = .member(value) }
        init(integerLiteral value: Int) { self = .index(value) }

        fileprivate func step(from value: JSONValue) -> JSONValue {
            switch self {
            case .member(let name): return value.object?[name] ?? .null
            case .index(let index):
                guard let list = value.array, list.indices.contains(index) else { return .null }
                return list[index]
            }
        }
    }

    /// - Parameter version: what the client says it is; `nil` says nothing.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, version: String? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(
            method, url: endpoint + path, headers: headers, body: body.map { .bytes(Array($0.utf8)) } ?? .none)
        if body != nil { request.headers.add(name: "Content-Type", value: "application/json") }
        if let version { request.headers.add(name: "X-Bacalhau-Git-Version", value: version) }
        let response = try await client.send(request)
        return Answer(
            status: response.status, headers: response.headers, body: response.body,
            json: (try? JSONParser.parse(response.body).value) ?? .null)
    }

    func get(_ path: String, version: String? = nil) async throws -> Answer {
        try await send("GET", path, version: version)
    }

    static let jobs = "/api/v1/orchestrator/jobs"

    /// Hands in a job of the engine that only tests use, and waits for its end if asked.
    func submit(
        _ params: String = "{}", name: String = "", labels: String = #"{"env":"demo"}"#, waits: Bool = true
    ) async throws -> String {
        let body = """
            {"Job":{"Name":"\(name)","Type":"batch","Count":1,"Labels":\(labels),
            "Tasks":[{"Name":"main","Engine":{"Type":"noop","Params":\(params)},"Publisher":{"Type":""}}]}}
            """
        let answer = try await send("PUT", LiveAPI.jobs, body)
        let id = answer["JobID"].string ?? ""
        if waits { _ = try await node.client.jobs.wait(for: id) }
        return id
    }
}
