import BacalhauClient
import BacalhauFiles
import BacalhauHTTPClient
import BacalhauModel
import BacalhauTestSupport
import FoundationEssentials
import Glibc
import Testing

/// A node that asks who calls, and its clients.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AccessTests {
    @Test func strangersSeeOnlyWhatIsOpen() async throws {
        let users = try await AccessUsers()
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file])
        for (method, path) in [
            ("GET", LiveAPI.jobs), ("PUT", LiveAPI.jobs), ("GET", LiveAPI.jobs + "/x"), ("DELETE", LiveAPI.jobs + "/x"),
            ("GET", LiveAPI.jobs + "/x/results/e-1"), ("GET", LiveAPI.jobs + "/x/logs"),
            ("GET", "/api/v1/orchestrator/nodes"), ("PUT", "/api/v1/orchestrator/nodes/x"),
            ("GET", "/api/v1/agent/node"), ("GET", "/api/v1/agent/config"), ("GET", "/api/v1/node_info"),
            ("GET", "/node_info"), ("POST", "/api/v1/compute/approve"),
        ] {
            let answer = try await api.send(method, path, method == "GET" ? nil : "{}", version: "v1.9.3")
            #expect(answer.status == 401, "\(method) \(path)")
            #expect(answer["Code"] == "Unauthorized")
            #expect(answer["Component"] == "Authorizer")
            #expect(answer["Details", "reason"] == "the API of this node asks for a credential")
            #expect(
                answer.headers.values(of: "WWW-Authenticate") == [
                    #"Bearer realm="Bacalhau""#, #"Basic realm="Bacalhau", charset="UTF-8""#,
                ])
        }
        for path in [
            "/api/v1/agent/alive", "/api/v1/agent/version", "/api/v1/agent/authconfig", "/api/v1/auth", "/",
            "/api/v1/openapi.json", "/docs", "/api/v1/livez",
        ] {
            #expect(try await api.get(path).status == 200, "\(path)")
        }
        #expect(try await api.get("/api/v1/nowhere").status == 404)
    }

    @Test func aUserDoesWhatItsActionsSay() async throws {
        let users = try await AccessUsers()
        let node = try NodeProcess(flags: ["--auth-file", users.file])
        try await node.start()
        var options = BacalhauClientOptions(token: AccessUsers.key)
        let robot = BacalhauClient(endpoint: await node.endpoint, options: options)
        options.token = nil
        options.password = BacalhauClientOptions.Password(userName: "READER", secret: "correct horse")
        let reader = BacalhauClient(endpoint: await node.endpoint, options: options)
        let task = Job.Task(
            engine: Engine(type: "noop", params: ["Stdout": "hello\n"]), publisher: Publisher(type: "local"))
        let id = try await robot.jobs.submit(Job(tasks: [task])).jobID.rawValue
        let job = try await reader.jobs.wait(for: id)
        #expect(job.state.type == .completed)
        #expect(job.meta["bacalhau.org/submitter"] == "robot")
        var log = ""
        for try await message in reader.jobs.logs(id) { log += message.line }
        #expect(log == "hello\n")
        let folder = users.directory + "/results"
        _ = try await reader.jobs.downloadResults(of: id, into: folder)
        #expect(FileManager.default.fileExists(atPath: folder))
        let refusal = await #expect(throws: BacalhauError.self) { try await reader.jobs.submit(Job(tasks: [task])) }
        #expect(refusal?.code == .forbidden)
        #expect(refusal?.message == "reader may not do write:job")
        let config = try await robot.agent.configuration()
        let listed = try #require(config.object?["API"]?.object?["Auth"]?.object?["Users"]?.array)
        #expect(listed.map { $0.object?["APIKey"] } == ["********", nil])
        #expect(listed.map { $0.object?["Password"] } == [nil, "********"])
    }

    @Test func whoStopsAJobStandsInItsHistory() async throws {
        let users = try await AccessUsers()
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file])
        let body = """
            {"Job":{"Type":"service","Count":1,"Tasks":[{"Name":"main","Engine":{"Type":"noop","Params":{"Delay":60}}}]}}
            """
        let id = try #require(
            try await api.send("PUT", LiveAPI.jobs, body, headers: AccessUsers.header())["JobID"].string)
        let stopped = try await api.send(
            "DELETE", "\(LiveAPI.jobs)/\(id)", #"{"reason":"enough"}"#, headers: AccessUsers.header())
        #expect(stopped.status == 200)
        let history = try await api.send("GET", "\(LiveAPI.jobs)/\(id)/history", headers: AccessUsers.header())
        #expect(String(decoding: history.body, as: UTF8.self).contains("enough (by robot)"))
    }

    @Test func aPageOfAnotherSiteRunsNoJobsUnlessItIsAllowed() async throws {
        let body = #"{"Job":{"Type":"batch","Tasks":[{"Name":"main","Engine":{"Type":"noop"}}]}}"#
        let page: HTTPHeaders = ["Origin": "https://evil.example"]
        let api = try await LiveAPI.start()
        let refused = try await api.send("PUT", LiveAPI.jobs, body, headers: page)
        #expect(refused.status == 403)
        #expect(refused["message"].string?.contains("a page of https://evil.example may not do this") == true)
        #expect(try await api.get(LiveAPI.jobs)["Items"].array?.isEmpty == true)
        #expect(
            try await api.send("PUT", LiveAPI.jobs, body, headers: ["Origin": "http://localhost:8483"]).status == 200)
        let open = try await LiveAPI.start(flags: ["--allow-origins", "https://evil.example"])
        #expect(try await open.send("PUT", LiveAPI.jobs, body, headers: page).status == 200)
        // With users the credential decides.
        let users = try await AccessUsers()
        let closed = try await LiveAPI.start(flags: ["--auth-file", users.file])
        #expect(try await closed.send("PUT", LiveAPI.jobs, body, headers: page).status == 401)
        // Without one nobody waits for a long body, and the connection ends.
        let long = try await closed.send("PUT", LiveAPI.jobs, String(repeating: " ", count: 4_000_000) + body)
        #expect(long.status == 401)
        #expect(long.headers["Connection"] == "close")
        var headers = AccessUsers.header()
        headers["Origin"] = "https://evil.example"
        #expect(try await closed.send("PUT", LiveAPI.jobs, body, headers: headers).status == 200)
    }

    @Test func anAddressOfTheNetworkNeedsUsers() async throws {
        let users = try await AccessUsers()
        let refused = try await ProgramRun.run(
            "bacalhau-node", ["serve", "--data-dir", users.directory + "/d", "--host", "0.0.0.0", "--port", "0"])
        #expect(refused.exitCode == 1)
        #expect(refused.output.contains("Name users with --auth-file"), "\(refused.output)")
        let both = try await ProgramRun.run(
            "bacalhau-node",
            ["serve", "--data-dir", users.directory + "/d", "--auth-file", users.file, "--insecure-no-auth"])
        #expect(both.exitCode == 1)
        #expect(both.output.contains("Leave one of them out"), "\(both.output)")
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file, "--host", "0.0.0.0"])
        #expect(try await api.get(LiveAPI.jobs).status == 401)
        #expect(await api.node.startText.contains("cross the network unencrypted"))
    }
}
