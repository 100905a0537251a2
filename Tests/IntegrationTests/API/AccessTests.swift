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
    private static let key = "0123456789abcdefghij"

    /// Users in a file: a robot that may do everything, a reader with a hashed password, and perhaps a client's key.
    private final class Users: Sendable {
        let directory: String
        var file: String { directory + "/users.yaml" }
        /// Where a client keeps its key and its tokens.
        var home: String { directory + "/home" }

        init(clientID: String? = nil) async throws {
            directory = try TestPlaces.makeDirectory()
            try await write(clientID: clientID)
        }

        deinit { TestPlaces.remove(directory) }

        func write(clientID: String? = nil) async throws {
            let input = directory + "/password"
            try AtomicFile.write(Array("correct horse\n".utf8), to: input, mode: 0o600)
            let program = TestPlaces.products + "/bacalhau-cli"
            let made = try await ProgramRun.run("/bin/sh", ["-c", "'\(program)' auth hash-password < '\(input)'"])
            #expect(made.exitCode == 0, "\(made.output)")
            var text = """
                API:
                  Auth:
                    Users:
                      - Alias: robot
                        APIKey: \(AccessTests.key)
                        Capabilities: [{Actions: ["*"]}]
                      - Username: Reader
                        Password: "\(made.output.split(separator: "\n").first ?? "")"
                        Capabilities: [{Actions: ["read:*"]}]

                """
            if let clientID {
                text += """
                          - Alias: desk
                            ClientID: \(clientID)
                            Capabilities: [{Actions: ["read:job", "write:job"]}]

                    """
            }
            try AtomicFile.write(Array(text.utf8), to: file, mode: 0o600)
        }
    }

    private func header(_ key: String = AccessTests.key) -> HTTPHeaders { ["Authorization": "Bearer \(key)"] }

    @Test func strangersSeeOnlyWhatIsOpen() async throws {
        let users = try await Users()
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
        let users = try await Users()
        let node = try NodeProcess(flags: ["--auth-file", users.file])
        try await node.start()
        var options = BacalhauClientOptions(token: AccessTests.key)
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
        let users = try await Users()
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file])
        let body = """
            {"Job":{"Type":"service","Count":1,"Tasks":[{"Name":"main","Engine":{"Type":"noop","Params":{"Delay":60}}}]}}
            """
        let id = try #require(
            try await api.send("PUT", LiveAPI.jobs, body, headers: header())["JobID"].string)
        let stopped = try await api.send(
            "DELETE", "\(LiveAPI.jobs)/\(id)", #"{"reason":"enough"}"#, headers: header())
        #expect(stopped.status == 200)
        let history = try await api.send("GET", "\(LiveAPI.jobs)/\(id)/history", headers: header())
        #expect(String(decoding: history.body, as: UTF8.self).contains("enough (by robot)"))
    }

    @Test func aClientOfOldLogsInWithItsKey() async throws {
        let users = try await Users()
        let key = try ClientKey(path: users.directory + "/key.pem")
        try await users.write(clientID: key.clientID)
        let node = try NodeProcess(flags: ["--auth-file", users.file])
        try await node.start()
        let store = TokenStore(path: users.directory + "/tokens.json")
        func client(_ path: String) async -> BacalhauClient {
            var options = BacalhauClientOptions()
            options.retry = .never
            options.authenticator = StoredTokenAuthenticator(
                store: store, key: { () throws(BacalhauError) in try ClientKey(path: path) })
            return BacalhauClient(endpoint: await node.endpoint, options: options)
        }
        let stranger = try ClientKey(path: users.directory + "/stranger.pem")
        let refusal = await #expect(throws: BacalhauError.self) {
            try await client(users.directory + "/stranger.pem").jobs.list()
        }
        #expect(refusal?.message == "no user of this node has the client ID \(stranger.clientID)")
        #expect(try await client(users.directory + "/key.pem").jobs.list().items.isEmpty)
        let token = try #require(try store.token(for: await node.endpoint))
        #expect(token.split(separator: ".").count == 3)
        let forbidden = await #expect(throws: BacalhauError.self) {
            try await client(users.directory + "/key.pem").nodes.list()
        }
        #expect(forbidden?.message == "desk may not do read:node")
        // The token outlives the process, and ends with the user.
        let options = BacalhauClientOptions(token: token)
        await node.kill9()
        try await node.start()
        #expect(try await BacalhauClient(endpoint: await node.endpoint, options: options).jobs.list().items.isEmpty)
        await node.kill9()
        try await users.write()
        try await node.start()
        let ended = await #expect(throws: BacalhauError.self) {
            try await BacalhauClient(endpoint: await node.endpoint, options: options).jobs.list()
        }
        #expect(ended?.code == .unauthorized)
    }

    @Test func theUsersAreReadAgainOnASignal() async throws {
        let users = try await Users()
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file])
        #expect(try await api.send("GET", LiveAPI.jobs, headers: header()).status == 200)
        let other = "another key of 24 digits".replacing(" ", with: "-")
        let good = try String(contentsOfFile: users.file, encoding: .utf8).replacing(AccessTests.key, with: other)
        // A mistake changes nothing.
        try AtomicFile.write(Array("Users: [{Name: x}]".utf8), to: users.file, mode: 0o600)
        await api.node.signal(SIGHUP)
        try AtomicFile.write(Array(good.utf8), to: users.file, mode: 0o600)
        await api.node.signal(SIGHUP)
        while try await api.send("GET", LiveAPI.jobs, headers: header(other)).status != 200 {
            try await Task.sleep(for: .milliseconds(10))
            // The first one may have found either file.
            await api.node.signal(SIGHUP)
        }
        #expect(try await api.send("GET", LiveAPI.jobs, headers: header()).status == 401)
        try AtomicFile.write(Array("Users: []".utf8), to: users.file, mode: 0o600)
        await api.node.signal(SIGHUP)
        #expect(try await api.send("GET", LiveAPI.jobs, headers: header(other)).status == 200)
        #expect(try await api.get(LiveAPI.jobs).status == 401)
    }

    @Test func theMethodsAreThoseThatLeadSomewhere() async throws {
        let users = try await Users()
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file])
        let methods = try await api.get("/api/v1/auth")["Methods"]
        #expect(methods.object?.keys.sorted() == ["apikey", "password"])
        #expect(try await api.get("/api/v1/auth/clientkey").status == 404)
        func login(_ method: String, _ data: String) async throws -> LiveAPI.Answer {
            let data = Data(data.utf8).base64EncodedString()
            return try await api.send("POST", "/api/v1/auth/\(method)", #"{"Name":"x","MethodData":"\#(data)"}"#)
        }
        for (method, data) in [
            ("password", #"{"username":"reader","password":"correct horse"}"#),
            ("apikey", #"{"key":"\#(AccessTests.key)"}"#),
        ] {
            let answer = try await login(method, data)
            #expect(answer.status == 200)
            let token = try #require(answer["Authentication", "token"].string)
            #expect(try await api.send("GET", LiveAPI.jobs, headers: header(token)).status == 200)
        }
        for (method, data) in [
            ("password", #"{"username":"reader","password":"wrong"}"#),
            ("password", #"{"username":"nobody","password":"correct horse"}"#), ("apikey", "{}"),
        ] {
            let answer = try await login(method, data)
            #expect(answer.status == 401)
            #expect(answer["Authentication", "success"] == false)
            #expect(answer["Authentication", "token"] == .null)
        }
        #expect(try await login("password", "[]").status == 400)
    }

    @Test func aPageOfAnotherSiteRunsNoJobsUnlessItIsAllowed() async throws {
        let body = #"{"Job":{"Type":"batch","Tasks":[{"Name":"main","Engine":{"Type":"noop"}}]}}"#
        let page: HTTPHeaders = ["Origin": "https://evil.example"]
        let api = try await LiveAPI.start()
        let refused = try await api.send("PUT", LiveAPI.jobs, body, headers: page)
        #expect(refused.status == 403)
        #expect(refused["message"].string?.contains("a page of https://evil.example may not change") == true)
        #expect(try await api.get(LiveAPI.jobs)["Items"].array?.isEmpty == true)
        #expect(
            try await api.send("PUT", LiveAPI.jobs, body, headers: ["Origin": "http://localhost:8483"]).status == 200)
        let open = try await LiveAPI.start(flags: ["--allow-origins", "https://evil.example"])
        #expect(try await open.send("PUT", LiveAPI.jobs, body, headers: page).status == 200)
        // With users the credential decides.
        let users = try await Users()
        let closed = try await LiveAPI.start(flags: ["--auth-file", users.file])
        #expect(try await closed.send("PUT", LiveAPI.jobs, body, headers: page).status == 401)
        var headers = header()
        headers["Origin"] = "https://evil.example"
        #expect(try await closed.send("PUT", LiveAPI.jobs, body, headers: headers).status == 200)
    }

    @Test func anAddressOfTheNetworkNeedsUsers() async throws {
        let users = try await Users()
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

    @Test func theCommandLineLogsInByEachWay() async throws {
        let users = try await Users()
        let node = try NodeProcess(flags: ["--auth-file", users.file])
        try await node.start()
        let address = await node.endpoint.split(separator: "/").last?.split(separator: ":").map(String.init) ?? []
        func run(_ words: [String], _ more: [String: String] = [:]) async throws -> ProgramRun {
            var variables = [
                "BACALHAU_DIR": users.home, "BACALHAU_API_HOST": address[0], "BACALHAU_API_PORT": address[1],
            ]
            variables.merge(more) { $1 }
            return try await ProgramRun.run("bacalhau-cli", words, environment: variables)
        }
        let byKey = try await run(["job", "list"], ["BACALHAU_API_KEY": AccessTests.key])
        #expect(byKey.exitCode == 0, "\(byKey.output)")
        let login = ["BACALHAU_API_USERNAME": "reader", "BACALHAU_API_PASSWORD": "correct horse"]
        let byPassword = try await run(["job", "list"], login)
        #expect(byPassword.exitCode == 0, "\(byPassword.output)")
        let wrong = try await run(["job", "list"], login.merging(["BACALHAU_API_PASSWORD": "wrong"]) { $1 })
        #expect(wrong.exitCode == 1)
        #expect(wrong.output.contains("the credential is not, or no longer, known"), "\(wrong.output)")
        #expect(wrong.output.contains("Hint: set BACALHAU_API_KEY, or"), "\(wrong.output)")
        let half = try await run(["job", "list"], ["BACALHAU_API_USERNAME": "reader"])
        #expect(half.exitCode == 1)
        #expect(half.output.contains("BACALHAU_API_PASSWORD is not"), "\(half.output)")
        let info = try await run(["auth", "info"])
        #expect(info.exitCode == 0, "\(info.output)")
        #expect(info.output.contains("Server takes: apikey (asks), password (asks)"), "\(info.output)")
        let program = TestPlaces.products + "/bacalhau-cli"
        let asked = try await ProgramRun.run(
            "/bin/sh", ["-c", "printf '2\\nreader\\ncorrect horse\\n' | '\(program)' job list"],
            environment: [
                "BACALHAU_DIR": users.home, "BACALHAU_API_HOST": address[0], "BACALHAU_API_PORT": address[1],
            ])
        #expect(asked.exitCode == 0, "\(asked.output)")
        // The token is kept: nobody is asked again.
        let again = try await run(["job", "list"])
        #expect(again.exitCode == 0, "\(again.output)")
    }
}
