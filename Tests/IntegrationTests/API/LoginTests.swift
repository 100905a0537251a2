import BacalhauClient
import BacalhauFiles
import BacalhauHTTPClient
import BacalhauModel
import BacalhauTestSupport
import FoundationEssentials
import Glibc
import Testing

/// The ways to show a node who one is, and how they end.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LoginTests {
    @Test func aClientOfOldLogsInWithItsKey() async throws {
        let users = try await AccessUsers()
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
        let users = try await AccessUsers()
        let api = try await LiveAPI.start(flags: ["--auth-file", users.file])
        #expect(try await api.send("GET", LiveAPI.jobs, headers: AccessUsers.header()).status == 200)
        let other = "another key of 24 digits".replacing(" ", with: "-")
        let good = try String(contentsOfFile: users.file, encoding: .utf8).replacing(AccessUsers.key, with: other)
            .replacing("robot", with: "machine")
        // A mistake changes nothing.
        try AtomicFile.write(Array("Users: [{Name: x}]".utf8), to: users.file, mode: 0o600)
        await api.node.signal(SIGHUP)
        try AtomicFile.write(Array(good.utf8), to: users.file, mode: 0o600)
        await api.node.signal(SIGHUP)
        while try await api.send("GET", LiveAPI.jobs, headers: AccessUsers.header(other)).status != 200 {
            try await Task.sleep(for: .milliseconds(10))
            // The first one may have found either file.
            await api.node.signal(SIGHUP)
        }
        #expect(try await api.send("GET", LiveAPI.jobs, headers: AccessUsers.header()).status == 401)
        let config = try await api.send("GET", "/api/v1/agent/config", headers: AccessUsers.header(other))
        #expect(config["config", "API", "Auth", "Users"].array?.first?.object?["Alias"] == "machine")
        try AtomicFile.write(Array("Users: []".utf8), to: users.file, mode: 0o600)
        await api.node.signal(SIGHUP)
        #expect(try await api.send("GET", LiveAPI.jobs, headers: AccessUsers.header(other)).status == 200)
        #expect(try await api.get(LiveAPI.jobs).status == 401)
    }

    @Test func theMethodsAreThoseThatLeadSomewhere() async throws {
        let users = try await AccessUsers()
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
            ("apikey", #"{"key":"\#(AccessUsers.key)"}"#),
        ] {
            let answer = try await login(method, data)
            #expect(answer.status == 200)
            let token = try #require(answer["Authentication", "token"].string)
            #expect(try await api.send("GET", LiveAPI.jobs, headers: AccessUsers.header(token)).status == 200)
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

    @Test func theCommandLineLogsInByEachWay() async throws {
        let users = try await AccessUsers()
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
        let byKey = try await run(["job", "list"], ["BACALHAU_API_KEY": AccessUsers.key])
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
