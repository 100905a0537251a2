import BacalhauClient
import BacalhauHTTPClient
import BacalhauModel
import BacalhauTestSupport
import FoundationEssentials
import Testing

/// A node that speaks HTTPS.
@Suite(.serialized, .timeLimit(.minutes(2))) struct TLSTests {
    /// A certificate for this machine, made by the command that comes with the certificates of Debian.
    struct Certificate {
        let directory: String
        var certificate: String { directory + "/cert.pem" }
        var key: String { directory + "/key.pem" }

        init() async throws {
            directory = try TestPlaces.makeDirectory()
            let made = try await ProgramRun.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", certificate,
                ])
            #expect(made.exitCode == 0, "\(made.output)")
        }
    }

    @Test func jobsLogsAndResultsTravelOverHTTPS() async throws {
        let files = try await Certificate()
        defer { TestPlaces.remove(files.directory) }
        let node = try NodeProcess(flags: ["--tlscert", files.certificate, "--tlskey", files.key])
        try await node.start()
        let endpoint = await node.endpoint
        #expect(endpoint.hasPrefix("https://127.0.0.1:"))
        var options = BacalhauClientOptions()
        options.tls.caFile = files.certificate
        let client = BacalhauClient(endpoint: endpoint, options: options)
        let text = String(repeating: "0123456789abcde\n", count: 20_000)
        let engine = Engine(type: "noop", params: ["Stdout": .string(text), "Delay": 0.2])
        let task = Job.Task(engine: engine, publisher: Publisher(type: "local"))
        let id = try await client.jobs.submit(Job(tasks: [task])).jobID.rawValue
        var log = ""
        for try await message in client.jobs.logs(id, follow: true) { log += message.line }
        #expect(log == text)
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        let execution = try #require(try await client.jobs.executions(id).items.first?.id)
        var configuration = HTTPClientConfiguration()
        configuration.tls.caFile = files.certificate
        let http = HTTPClient(configuration: configuration)
        let archive = try await http.send(
            HTTPClientRequest(url: "\(endpoint)\(LiveAPI.jobs)/\(id)/results/\(execution)"))
        #expect(archive.status == 200)
        #expect(archive.body.prefix(2) == [0x1F, 0x8B])
        // Many at once, on several connections.
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await http.send(HTTPClientRequest(url: "\(endpoint)/api/v1/agent/alive")).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(await node.stop() == 0)
    }

    @Test func aClientThatDoesNotTrustTheCertificateIsNotServed() async throws {
        let files = try await Certificate()
        defer { TestPlaces.remove(files.directory) }
        let node = try NodeProcess(flags: ["--tlscert=\(files.certificate)", "--tlskey=\(files.key)"])
        try await node.start()
        let endpoint = await node.endpoint
        await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: endpoint + "/api/v1/agent/alive"))
        }
        // Nor is one that speaks plain HTTP, and the node goes on.
        let plain = endpoint.replacing("https://", with: "http://")
        await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().send(HTTPClientRequest(url: plain + "/api/v1/agent/alive"))
        }
        var configuration = HTTPClientConfiguration()
        configuration.tls.caFile = files.certificate
        let alive = try await HTTPClient(configuration: configuration).send(
            HTTPClientRequest(url: endpoint + "/api/v1/agent/alive"))
        #expect(alive.status == 200)
    }

    @Test(arguments: [
        (["--tlscert", "/nowhere/cert.pem", "--tlskey", "/nowhere/key.pem"], "cannot use the certificate"),
        (["--tlscert", "/nowhere/cert.pem"], "--tlskey is missing"),
    ])
    func aCertificateThatCannotBeUsedStopsTheStart(_ flags: [String], _ reason: String) async throws {
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        let run = try await ProgramRun.run(
            "bacalhau-node", ["serve", "--data-dir", directory + "/d", "--port", "0"] + flags)
        #expect(run.exitCode != 0)
        #expect(run.output.contains(reason), "\(run.output)")
    }
}
