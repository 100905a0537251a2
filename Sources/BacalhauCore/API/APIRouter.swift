import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport

/// Answers the REST API: decodes, calls, encodes. Knows nothing of sockets.
struct APIRouter: Sendable {
    let context: APIContext

    /// Answers one request. Never fails: every problem is an answer.
    func respond(to http: HTTPRequest) async -> HTTPResponse {
        let requestID = APIRouter.requestID(http)
        if http.method == "OPTIONS" { return APIRouter.preflight(http) }
        let request = APIRequest(http: http, path: APIRouter.segments(http))
        if let refusal = APIRouter.versionRefusal(http) { return finish(refusal, request, requestID) }
        do {
            return finish(try await route(request), request, requestID)
        } catch {
            let body = ErrorBody(error: error, requestID: requestID, isNewClient: request.isNewClient)
            var response = finish(.status(error.httpStatus, json: body.json), request, requestID)
            if error.httpStatus == 429 || error.httpStatus == 503 {
                response.headers.add(name: "Retry-After", value: "1")
            }
            return response
        }
    }

    private func route(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        switch (request.method, request.path.first) {
        case ("GET", nil): return .value(BuildVersion.current)
        case (_, "agent"): return try await AgentRoutes(context: context).respond(to: request)
        case (_, "orchestrator"):
            switch request.path.dropFirst().first {
            case "jobs": return try await JobRoutes(context: context).respond(to: request)
            case "nodes": return try await NodeRoutes(context: context).respond(to: request)
            default: throw APIRouter.notFound
            }
        case (_, "auth"): return try AuthRoutes(context: context).respond(to: request)
        default: return try await SharedRoutes(context: context).respond(to: request)
        }
    }

    static let notFound = BacalhauError(
        .notFound, "Not Found", hint: "See the API document for the paths and methods.", component: "APIServer")

    // MARK: Request

    /// The path below `/api/v1`. Old clients leave the prefix out on some paths.
    private static func segments(_ http: HTTPRequest) -> [String] {
        var parts = http.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.first == "" { parts.removeFirst() }
        if parts == [""] { return [] }
        if parts.count >= 2, parts[0] == "api", parts[1] == "v1" { return Array(parts.dropFirst(2)) }
        let shortened: Set<String> = ["version", "healthz", "id", "livez", "node_info"]
        if parts.count == 1, shortened.contains(parts[0]) { return parts }
        return ["", ""]
    }

    private static func requestID(_ http: HTTPRequest) -> String {
        if let given = http.headers["X-Request-Id"], !given.isEmpty, given.utf8.count <= 128 { return given }
        var identifiers = IdentifierSource.random
        return String(identifiers.uuid().filter { $0 != "-" })
    }

    private static func versionRefusal(_ http: HTTPRequest) -> APIResponse? {
        let text = http.headers["X-Bacalhau-Git-Version"] ?? ""
        if ClientVersion.isDevelopment(text) { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        guard let version = ClientVersion(text) else {
            writer.member("Error", "Invalid client version \(text)")
            writer.endObject()
            return .status(400, json: writer.bytes)
        }
        guard version < ClientVersion.minimum else { return nil }
        let plain = text.hasPrefix("v") ? String(text.dropFirst()) : text
        writer.member("Error", "the client is too old for this server; update it")
        writer.member("MinVersion", "1.4.0")
        writer.member("ClientVersion", plain)
        writer.member("ServerVersion", String(BuildVersion.current.gitVersion.dropFirst()))
        writer.endObject()
        return .status(403, json: writer.bytes)
    }

    private static func preflight(_ http: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(status: 204)
        response.headers.add(name: "Vary", value: "Origin")
        guard http.headers["Origin"] != nil else { return response }
        response.headers.add(name: "Vary", value: "Access-Control-Request-Method")
        response.headers.add(name: "Vary", value: "Access-Control-Request-Headers")
        response.headers.add(name: "Access-Control-Allow-Origin", value: "*")
        response.headers.add(name: "Access-Control-Allow-Methods", value: "GET,HEAD,PUT,PATCH,POST,DELETE")
        if let asked = http.headers["Access-Control-Request-Headers"] {
            response.headers.add(name: "Access-Control-Allow-Headers", value: asked)
        }
        return response
    }

    // MARK: Response

    private func finish(_ answer: APIResponse, _ request: APIRequest, _ requestID: String) -> HTTPResponse {
        var response: HTTPResponse
        switch answer {
        case .json(let json): response = APIRouter.json(200, json, request)
        case .status(let status, let json): response = APIRouter.json(status, json, request)
        case .text(let text):
            response = HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
            response.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        case .http(let http): response = http
        }
        for (name, value) in APIRouter.versionHeaders { response.headers.add(name: name, value: value) }
        response.headers.add(name: "X-Request-Id", value: requestID)
        if request.http.headers["Origin"] != nil {
            response.headers.add(name: "Access-Control-Allow-Origin", value: "*")
        }
        return response
    }

    private static func json(_ status: Int, _ json: [UInt8], _ request: APIRequest) -> HTTPResponse {
        var body = request.query("pretty") == nil ? json : JSONFormat.indented(json)
        body.append(0x0A)
        var response = HTTPResponse(status: status, body: .bytes(body))
        response.headers.add(name: "Content-Type", value: "application/json")
        return response
    }

    private static let versionHeaders = [
        (name: "X-Bacalhau-Git-Version", value: BuildVersion.current.gitVersion),
        (name: "X-Bacalhau-Git-Commit", value: BuildVersion.current.gitCommit),
        (name: "X-Bacalhau-Build-Date", value: "2026-11-24 00:00:00 +0000 UTC"),
        (name: "X-Bacalhau-Build-OS", value: BuildVersion.current.goos),
        (name: "X-Bacalhau-Arch", value: BuildVersion.current.goarch),
        (name: "Vary", value: "Origin"),
    ]
}
