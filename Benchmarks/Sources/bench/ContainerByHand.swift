import BacalhauHTTPClient
import FoundationEssentials

/// The calls to the Docker engine that a container costs without us.
enum ContainerByHand {
    /// The median of `count` containers that run `true` without a network; `nil` when no engine answers.
    static func medianMilliseconds(count: Int) async throws -> Double? {
        var configuration = HTTPClientConfiguration()
        configuration.unixSocketPath = "/var/run/docker.sock"
        let client = HTTPClient(configuration: configuration)
        defer { client.close() }
        guard (try? await client.send(HTTPClientRequest("GET", url: "http://docker/_ping"))) != nil else { return nil }
        var times: [Double] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            try await run(client)
            times.append(Report.milliseconds(ContinuousClock.now - start))
        }
        return times.sorted()[count / 2]
    }

    private struct Created: Decodable {
        let id: String

        enum CodingKeys: String, CodingKey {
            case id = "Id"
        }
    }

    private static func run(_ client: HTTPClient) async throws {
        let body = #"{"Image":"ubuntu:latest","Cmd":["true"],"HostConfig":{"NetworkMode":"none"}}"#
        let answer = try await call(client, "POST", "/containers/create", body)
        let id = try JSONDecoder().decode(Created.self, from: Data(answer)).id
        _ = try await call(client, "POST", "/containers/\(id)/start")
        _ = try await call(client, "POST", "/containers/\(id)/wait")
        _ = try await call(client, "DELETE", "/containers/\(id)?force=1&v=1")
    }

    private static func call(
        _ client: HTTPClient, _ method: String, _ path: String, _ body: String = ""
    ) async throws -> [UInt8] {
        let request = HTTPClientRequest(
            method, url: "http://docker/v1.41\(path)", headers: ["Content-Type": "application/json"],
            body: body.isEmpty ? .none : .bytes(Array(body.utf8)), timeout: .zero)
        let answer = try await client.send(request)
        guard answer.status < 300 else {
            throw BenchNode.Failure(description: "\(method) \(path): \(String(decoding: answer.body, as: UTF8.self))")
        }
        return answer.body
    }
}
