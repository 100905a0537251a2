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
        // Nor is one that speaks plain HTTP, which is told so, and the node goes on.
        let plain = endpoint.replacing("https://", with: "http://")
        let answer = try await HTTPClient().send(HTTPClientRequest(url: plain + "/api/v1/agent/alive"))
        #expect(answer.status == 400)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("this port speaks HTTPS"))
        let refusal = await #expect(throws: BacalhauError.self) {
            try await BacalhauClient(endpoint: plain).jobs.submit(Job(tasks: [Job.Task(engine: Engine(type: "noop"))]))
        }
        #expect(refusal?.message.contains("this port speaks HTTPS") == true, "\(refusal?.message ?? "")")
        var configuration = HTTPClientConfiguration()
        configuration.tls.caFile = files.certificate
        let alive = try await HTTPClient(configuration: configuration).send(
            HTTPClientRequest(url: endpoint + "/api/v1/agent/alive"))
        #expect(alive.status == 200)
    }

    /// Runs a job that says `hello` and publishes it.
    private func address(ofResultOn client: BacalhauClient) async throws -> (job: String, url: String) {
        let engine = Engine(type: "noop", params: ["Stdout": "hello"])
        let task = Job.Task(engine: engine, publisher: Publisher(type: "local"))
        let id = try await client.jobs.submit(Job(tasks: [task])).jobID.rawValue
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        let result = try #require(try await client.jobs.results(id).first)
        return (id, try #require(result.params["URL"]?.string))
    }

    @Test func resultsAreServedWithTheCertificateOfTheAPI() async throws {
        let files = try await Certificate()
        defer { TestPlaces.remove(files.directory) }
        let node = try NodeProcess(flags: ["--tlscert", files.certificate, "--tlskey", files.key])
        try await node.start()
        var options = BacalhauClientOptions()
        options.tls.caFile = files.certificate
        let client = BacalhauClient(endpoint: await node.endpoint, options: options)
        let (id, url) = try await address(ofResultOn: client)
        #expect(url.hasPrefix("https://127.0.0.1:"))
        let report = try await client.jobs.downloadResults(
            of: id, into: files.directory + "/results", options: .init(route: .published))
        #expect(report.results.count == 1)
        #expect(try TestPlaces.text(of: files.directory + "/results/stdout") == "hello")
        let archive = files.directory + "/archive.tar.gz"
        let fetched = try await ProgramRun.run(
            "/usr/bin/curl", ["-sS", "--fail", "--cacert", files.certificate, "-o", archive, url])
        #expect(fetched.exitCode == 0, "\(fetched.output)")
        let listed = try await ProgramRun.run("/bin/tar", ["-tzf", archive])
        #expect(listed.output.contains("stdout"))
        let stranger = try await ProgramRun.run("/usr/bin/curl", ["-sS", "-o", archive, url])
        #expect(stranger.exitCode == 60, "\(stranger.output)")
        #expect(await node.stop() == 0)
    }

    @Test func resultsStayUnencryptedOnDemand() async throws {
        let files = try await Certificate()
        defer { TestPlaces.remove(files.directory) }
        let node = try NodeProcess(
            flags: ["--tlscert", files.certificate, "--tlskey", files.key, "--local-publisher-plain-http"])
        try await node.start()
        var options = BacalhauClientOptions()
        options.tls.caFile = files.certificate
        let client = BacalhauClient(endpoint: await node.endpoint, options: options)
        let url = try await address(ofResultOn: client).url
        #expect(url.hasPrefix("http://127.0.0.1:"))
        #expect(try await HTTPClient().send(HTTPClientRequest(url: url)).status == 200)
    }

    @Test func onlyClientsWithACertificateOfTheAuthorityAreServed() async throws {
        let files = try await Certificate()
        let own = try await Certificate()
        let foreign = try await Certificate()
        defer { for made in [files, own, foreign] { TestPlaces.remove(made.directory) } }
        let node = try NodeProcess(
            flags: ["--tlscert", files.certificate, "--tlskey", files.key, "--tls-client-ca", own.certificate])
        try await node.start()
        let endpoint = await node.endpoint
        func client(_ shown: Certificate?) -> BacalhauClient {
            var options = BacalhauClientOptions()
            options.tls.caFile = files.certificate
            options.tls.clientCertificate = shown?.certificate
            options.tls.clientKey = shown?.key
            return BacalhauClient(endpoint: endpoint, options: options)
        }
        // Once more on new connections: a ticket must not be refused.
        for _ in 0..<3 { #expect(try await client(own).agent.alive()) }
        // Results are served to whoever knows their address.
        let url = try await address(ofResultOn: client(own)).url
        let fetched = try await ProgramRun.run(
            "/usr/bin/curl", ["-sS", "--fail", "--cacert", files.certificate, "-o", files.directory + "/r", url])
        #expect(fetched.exitCode == 0, "\(fetched.output)")
        for (shown, reason) in [(nil, "certificate required"), (foreign, "unknown ca")] as [(Certificate?, String)] {
            do {
                _ = try await client(shown).agent.alive()
                Issue.record("a client without the right certificate was served")
            } catch {
                #expect(error.code == .network)
                #expect(error.isRetryable == false)
                #expect(error.message.contains(reason), "\(error.message)")
            }
        }
        #expect(try await client(own).agent.alive())
        let alive = try await ProgramRun.run(
            "bacalhau-cli",
            [
                "agent", "alive", "--tls", "--cacert", files.certificate, "--api-host", "127.0.0.1", "--api-port",
                String(endpoint.split(separator: ":").last ?? ""),
            ], environment: ["BACALHAU_API_CLIENT_CERT": own.certificate, "BACALHAU_API_CLIENT_KEY": own.key])
        #expect(alive.exitCode == 0, "\(alive.output)")
        #expect(await node.stop() == 0)
    }

    @Test func authoritiesThatCannotBeReadStopTheStart() async throws {
        let files = try await Certificate()
        defer { TestPlaces.remove(files.directory) }
        let run = try await ProgramRun.run(
            "bacalhau-node",
            [
                "serve", "--data-dir", files.directory + "/d", "--port", "0", "--tlscert", files.certificate,
                "--tlskey",
                files.key, "--tls-client-ca", files.key,
            ])
        #expect(run.exitCode != 0)
        #expect(run.output.contains("cannot use the authorities of clients \(files.key)"), "\(run.output)")
    }

    @Test(arguments: [
        (["--tlscert", "/nowhere/cert.pem", "--tlskey", "/nowhere/key.pem"], "cannot use the certificate"),
        (["--tlscert", "/nowhere/cert.pem"], "--tlskey is missing"),
        (["--tls-client-ca", "/nowhere/ca.pem"], "--tlscert is missing"),
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
