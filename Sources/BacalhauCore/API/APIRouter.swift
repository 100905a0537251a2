import BacalhauCrypto
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
        if let refusal = APIRouter.versionRefusal(http) { return finish(refusal, http, requestID) }
        do throws(BacalhauError) {
            guard let call = APIRouteTable.shared.find(http.method, APIRouter.segments(http)) else {
                throw APIRouter.notFound
            }
            let caller = try await context.authorizer.admit(http, to: call.access)
            guard !http.lacksBody else { throw APIRouter.bodyMissed }
            let request = APIRequest(http: http, values: call.values, caller: caller, access: call.access)
            return finish(try await call.route.respond(to: request, in: context), http, requestID)
        } catch {
            let generation = APIGeneration(clientVersion: http.headers["X-Bacalhau-Git-Version"])
            let body = ErrorBody(error: error, requestID: requestID, generation: generation)
            var response = finish(.status(error.httpStatus, json: body.json), http, requestID)
            if error.httpStatus == 429 || error.httpStatus == 503 {
                response.headers.add(name: "Retry-After", value: error.details["RetryAfter"] ?? "1")
            }
            if error.code == .unauthorized {
                response.headers.add(name: "WWW-Authenticate", value: "Bearer realm=\"Bacalhau\"")
                response.headers.add(
                    name: "WWW-Authenticate", value: "Basic realm=\"Bacalhau\", charset=\"UTF-8\"")
            }
            return response
        }
    }

    /// Whether the body of a request is worth waiting for: not where its header says already that it will be refused.
    /// Never waits; passwords, which take a while, are checked when the whole request is there.
    func wantsBody(of http: HTTPRequest) -> Bool {
        guard let call = APIRouteTable.shared.find(http.method, APIRouter.segments(http)) else { return true }
        return context.authorizer.mayAdmit(http, to: call.access)
    }

    static let notFound = BacalhauError(
        .notFound, "Not Found", hint: "See the API document for the paths and methods.", component: "APIServer")

    /// The users changed between the header and here.
    private static let bodyMissed = BacalhauError(
        .unavailable, "the request's body was not read", hint: "Send the request again.", isRetryable: true,
        component: "APIServer")

    // MARK: Request

    /// The parts of the path. Old clients leave the prefix out on some paths.
    private static func segments(_ http: HTTPRequest) -> [String] {
        let parts = http.pathSegments
        guard let first = parts.first, first != "api" else { return parts }
        if parts == [""] { return [] }
        if parts.count == 1 && shortened.contains(first) || first == "requester" {
            return ["api", "v1"] + parts
        }
        return parts
    }

    private static let shortened: Set<String> = ["version", "healthz", "id", "livez", "node_info"]

    private static func requestID(_ http: HTTPRequest) -> String {
        if let given = http.headers["X-Request-Id"], !given.isEmpty, given.utf8.count <= 128 { return given }
        return hexadecimal(randomBytes(16))
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

    private func finish(_ answer: APIResponse, _ http: HTTPRequest, _ requestID: String) -> HTTPResponse {
        var response: HTTPResponse
        switch answer {
        case .json(let json): response = APIRouter.json(200, json, http)
        case .status(let status, let json): response = APIRouter.json(status, json, http)
        case .text(let text):
            response = HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
            response.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        case .html(let text):
            response = HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
            response.headers.add(name: "Content-Type", value: "text/html; charset=utf-8")
        case .http(let given): response = given
        }
        response.headers.add(APIRouter.versionHeaders)
        response.headers.add(name: "X-Request-Id", value: requestID)
        if http.headers["Origin"] != nil {
            response.headers.add(name: "Access-Control-Allow-Origin", value: "*")
        }
        return response
    }

    private static func json(_ status: Int, _ json: [UInt8], _ http: HTTPRequest) -> HTTPResponse {
        var body = http.queryValue("pretty") == nil ? json : JSONFormat.indented(json)
        body.append(0x0A)
        var response = HTTPResponse(status: status, body: .bytes(body))
        response.headers.add(name: "Content-Type", value: "application/json")
        return response
    }

    private static let versionHeaders: HTTPHeaders = [
        "X-Bacalhau-Git-Version": BuildVersion.current.gitVersion,
        "X-Bacalhau-Git-Commit": BuildVersion.current.gitCommit,
        "X-Bacalhau-Build-Date": "2026-11-24 00:00:00 +0000 UTC",
        "X-Bacalhau-Build-OS": BuildVersion.current.goos,
        "X-Bacalhau-Arch": BuildVersion.current.goarch,
        "Vary": "Origin",
    ]
}
