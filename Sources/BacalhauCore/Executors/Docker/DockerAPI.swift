internal import BacalhauHTTPClient
internal import BacalhauModel
internal import Synchronization

/// The Docker Engine's interface over its socket, as far as an executor needs it.
///
/// Connections are kept and used again. Every call fails with ``DockerFailure``; cancelling the task ends it at once.
final class DockerAPI: Sendable {
    /// What the engine says of itself.
    struct Engine: Hashable, Sendable {
        var apiVersion: APIVersion
        /// In Go's words, as images have it: `linux`.
        var os: String
        /// In Go's words, as images have it: `amd64`, `arm64`.
        var architecture: String
    }

    /// The longest time of an ordinary call.
    private static let callTimeout = Duration.seconds(120)

    private let client: HTTPClient
    private let socketPath: String?
    private let host: String
    /// Known since the last successful ``engine()``; forgotten when the connection fails, as another may answer next.
    private let known = Mutex<Engine?>(nil)

    init(_ configuration: DockerConfiguration) {
        socketPath = configuration.socketPath
        host = configuration.host
        var clientConfiguration = HTTPClientConfiguration()
        clientConfiguration.unixSocketPath = configuration.socketPath
        clientConfiguration.connectTimeout = .seconds(5)
        clientConfiguration.maximumIdleConnections = 16
        client = HTTPClient(configuration: clientConfiguration)
    }

    /// Whether the engine answers. Cheap.
    func ping(timeout: Duration = .seconds(3)) async throws(DockerFailure) {
        _ = try await exchange(HTTPClientRequest("GET", url: "http://docker/_ping", timeout: timeout))
    }

    /// The engine's platform, and the version that is spoken with it.
    func engine() async throws(DockerFailure) -> Engine {
        if let engine = known.withLock({ $0 }) { return engine }
        let response = try await exchange(
            HTTPClientRequest("GET", url: "http://docker/version", timeout: .seconds(10)))
        let engine = try Self.engine(JSONValue(parsing: response.body))
        known.withLock { $0 = engine }
        return engine
    }

    /// Reads the engine's description of itself.
    static func engine(_ document: JSONValue?) throws(DockerFailure) -> Engine {
        let members = document?.object ?? [:]
        guard let newest = members["ApiVersion"]?.string.flatMap({ APIVersion($0) }) else {
            throw .unreachable(
                reason: "what answers on the Docker socket is no Docker engine",
                hint: "set DOCKER_HOST to the engine's socket")
        }
        let oldest = members["MinAPIVersion"]?.string.flatMap { APIVersion($0) }
        guard let agreed = APIVersion.agreed(engineNewest: newest, engineOldest: oldest) else {
            throw .unreachable(
                reason: "the Docker engine speaks API version \(newest); at least \(APIVersion.oldest) is needed",
                hint: "update Docker")
        }
        return Engine(
            apiVersion: agreed, os: members["Os"]?.string ?? "linux",
            architecture: normalizedArchitecture(members["Arch"]?.string ?? ""))
    }

    /// Go's name of a processor that may be given in the kernel's words.
    static func normalizedArchitecture(_ name: String) -> String {
        switch name {
        case "x86_64": "amd64"
        case "aarch64": "arm64"
        default: name
        }
    }

    // MARK: - Requests

    /// Calls and collects the answer.
    /// - Parameter timeout: the longest time; `.zero` is no limit.
    func call(
        _ method: String, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil,
        timeout: Duration = callTimeout
    ) async throws(DockerFailure) -> HTTPClientResponse {
        try await exchange(request(method, path, query, body, timeout: timeout))
    }

    /// Calls and hands out the answer as it arrives.
    func stream(
        _ method: String, _ path: String, query: [(String, String)], headers: HTTPHeaders = HTTPHeaders(),
        idleTimeout: Duration? = nil
    ) async throws(DockerFailure) -> HTTPResponseBody {
        var request = try await request(method, path, query, nil, timeout: .zero)
        request.idleTimeout = idleTimeout
        for field in headers.fields { request.headers.add(name: field.name, value: field.value) }
        let response: HTTPStreamingResponse
        let text: [UInt8]
        do throws(HTTPClientError) {
            response = try await client.stream(request)
            if response.status < 300 { return response.body }
            text = try await response.body.collect(limit: 64 << 10)
        } catch {
            throw failure(error)
        }
        throw .refused(status: response.status, message: Self.message(in: text))
    }

    /// What a broken stream means.
    func failure(_ error: HTTPClientError) -> DockerFailure {
        if error != .cancelled { known.withLock { $0 = nil } }
        return .connection(error, path: socketPath ?? host)
    }

    private func request(
        _ method: String, _ path: String, _ query: [(String, String)], _ body: JSONValue?, timeout: Duration
    ) async throws(DockerFailure) -> HTTPClientRequest {
        let version = try await engine().apiVersion
        var url = "http://docker/v\(version)\(path)"
        var separator = "?"
        for (name, value) in query {
            url += "\(separator)\(name)=\(percentEncoded(value))"
            separator = "&"
        }
        var request = HTTPClientRequest(method, url: url, timeout: timeout)
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = .bytes(body.serialized)
        }
        return request
    }

    private func exchange(_ request: HTTPClientRequest) async throws(DockerFailure) -> HTTPClientResponse {
        guard socketPath != nil else {
            throw .unreachable(
                reason: "DOCKER_HOST is \(host), which is not a unix socket",
                hint: "set DOCKER_HOST to unix:// and an absolute path")
        }
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch {
            throw failure(error)
        }
        guard response.status < 400 else {
            throw .refused(status: response.status, message: Self.message(in: response.body))
        }
        return response
    }

    /// The engine's error message: a JSON object, or bare text.
    private static func message(in body: [UInt8]) -> String {
        JSONValue(parsing: body)?.object?["message"]?.string
            ?? String(decoding: body.prefix(1000), as: UTF8.self).trimmingBlanks()
    }
}

/// Text for the path or the query of a URL: all but letters, digits and `-._~` is written as `%XX`.
func percentEncoded(_ text: String, keeping kept: String = "") -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            bytes.append(byte)
        case _ where "-._~".utf8.contains(byte) || kept.utf8.contains(byte):
            bytes.append(byte)
        default:
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
