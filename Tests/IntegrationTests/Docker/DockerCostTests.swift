import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import FoundationEssentials
import Testing

private var benchmarkRounds: Int { Int(ProcessInfo.processInfo.environment["BACALHAU_BENCHMARK"] ?? "") ?? 0 }

/// What a job costs beyond the four calls that nobody can do without. Prints; asserts nothing about time.
///
/// Runs when `BACALHAU_BENCHMARK` is set to the number of rounds.
@Suite(.enabled(if: RequiredComponent.docker.isWanted && benchmarkRounds > 0), .serialized)
struct DockerCostTests {
    @Test func costOfAJobIsPrinted() async throws {
        try await DockerBench.use { bench in
            var configuration = HTTPClientConfiguration()
            configuration.unixSocketPath = "/var/run/docker.sock"
            let client = HTTPClient(configuration: configuration)
            let clock = ContinuousClock()
            var plain: [Duration] = []
            var confined: [Duration] = []
            var ours: [Duration] = []
            for round in 0..<benchmarkRounds + 3 {
                let byHand = try await clock.measure { try await runByHand(client, Self.plainHost) }
                let byHandConfined = try await clock.measure { try await runByHand(client, Self.confinedHost) }
                let request = try bench.request("", params: ["Parameters": ["true"]])
                let job = try await clock.measure { _ = try await bench.run(request) }
                guard round >= 3 else { continue }
                plain.append(byHand)
                confined.append(byHandConfined)
                ours.append(job)
            }
            print("by hand, plain container:    median \(Self.median(plain))")
            print("by hand, confined container: median \(Self.median(confined))")
            print("executor:                    median \(Self.median(ours))")
            print("ratio: \(Self.median(ours) / Self.median(plain)), \(Self.median(ours) / Self.median(confined))")
        }
    }

    private static let plainHost = #"{"NetworkMode":"none"}"#
    private static let confinedHost =
        #"{"NetworkMode":"none","Init":true,"CapDrop":["ALL"],"SecurityOpt":["no-new-privileges"],"PidsLimit":4096,"#
        + #""LogConfig":{"Type":"local"}}"#

    private func runByHand(_ client: HTTPClient, _ host: String) async throws {
        let base = "http://docker/v1.41/containers"
        let name = "byhand-\(UUID().uuidString.lowercased())"
        let body = #"{"Image":"\#(DockerBench.image)","Cmd":["true"],"NetworkDisabled":true,"HostConfig":\#(host)}"#
        let created = try await client.send(
            HTTPClientRequest(
                "POST", url: "\(base)/create?name=\(name)", headers: ["Content-Type": "application/json"],
                body: .bytes(Array(body.utf8))))
        #expect(created.status == 201)
        _ = try await client.send(HTTPClientRequest("POST", url: "\(base)/\(name)/start"))
        _ = try await client.send(HTTPClientRequest("POST", url: "\(base)/\(name)/wait"))
        _ = try await client.send(HTTPClientRequest("DELETE", url: "\(base)/\(name)?force=1&v=1"))
    }

    private static func median(_ times: [Duration]) -> Duration {
        times.sorted()[times.count / 2]
    }
}
