import BacalhauClient
import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Testing

/// What clients of v1.9 see of the same node.
@Suite(.serialized, .timeLimit(.minutes(2))) struct NewerClientTests {
    private let version = "v1.9.3"

    @Test func executionStatesHaveTheClientsNumbers() async throws {
        let api = try await LiveAPI.start()
        let path = LiveAPI.jobs + "/" + (try await api.submit())
        #expect(try await api.get(path + "/executions")["Items", 0, "ComputeState", "StateType"] == 7)
        #expect(
            try await api.get(path + "/executions", version: "v1.4.0")["Items", 0, "ComputeState", "StateType"] == 7)
        let new = try await api.get(path + "/executions", version: version)
        #expect(new["Items", 0, "ComputeState", "StateType"] == 9)
        #expect(new["Items", 0, "JobVersion"].kind == "number")
        let described = try await api.get(path + "?include=executions,history", version: version)
        #expect(described["Executions", "Items", 0, "ComputeState", "StateType"] == 9)
        let last = described["History", "Items"].array?.last { $0.object?["Type"] == "ExecutionLevel" }
        #expect(last?.object?["ExecutionState"]?.object?["New"] == 9)
        let failed = LiveAPI.jobs + "/" + (try await api.submit(#"{"FailAt":"run","Error":"boom"}"#))
        #expect(
            try await api.get(failed + "/executions", version: version)["Items", 0, "ComputeState", "StateType"] == 10)
        #expect(try await api.get(failed + "/executions")["Items", 0, "ComputeState", "StateType"] == 8)
    }

    @Test func nothingIsNullInExecutionsOfNewerClients() async throws {
        let api = try await LiveAPI.start()
        let id = try await api.submit(#"{"Delay":60}"#, waits: false)
        _ = try await api.node.client.jobs.wait(for: id, until: .running)
        let path = "\(LiveAPI.jobs)/\(id)/executions"
        #expect(try await api.get(path)["Items", 0, "RunOutput"] == .null)
        let new = try await api.get(path, version: version)
        #expect(new["Items", 0, "RunOutput", "ExitCode"] == 0)
        #expect(new["Items", 0, "PublishedResult", "Type"] == "")
    }

    @Test func historyIsPagedAndCanBeFollowed() async throws {
        let api = try await LiveAPI.start()
        let id = try await api.submit(#"{"Delay":60}"#, waits: false)
        _ = try await api.node.client.jobs.wait(for: id, until: .running)
        let path = "\(LiveAPI.jobs)/\(id)/history"
        let first = try await api.get(path + "?limit=1", version: version)
        #expect(first["Items"].array?.count == 1)
        #expect(first["Items", 0, "SeqNum"] == 1)
        let all = try await api.get(path, version: version)["Items"].array ?? []
        let running = try #require(all.first { $0.object?["JobState"]?.object?["New"] == "Running" }).object
        #expect(running?["Event"]?.object?["Topic"] == "State Update")
        #expect(running?["Event"]?.object?["Message"] == "Running")
        #expect(running?["Event"]?.object?["Details"]?.object?["NewState"] == "Running")
        #expect(running?["Event"]?.object?["Timestamp"] == running?["Time"])
        // A job that is not over has a next page, even behind an empty one.
        var token = try #require(first["NextToken"].string)
        var count: Int64 = 1
        while true {
            let page = try await api.get("\(path)?next_token=\(token)", version: version)
            token = try #require(page["NextToken"].string)
            #expect(!token.isEmpty)
            guard let read = page["Items"].array?.count, read > 0 else { break }
            count += Int64(read)
        }
        _ = try await api.send("DELETE", "\(LiveAPI.jobs)/\(id)", "{}")
        _ = try await api.node.client.jobs.wait(for: id)
        while !token.isEmpty {
            let page = try await api.get("\(path)?next_token=\(token)", version: version)
            count += Int64(page["Items"].array?.count ?? 0)
            #expect(page["Items", 0, "SeqNum"] == .integer(count))
            token = try #require(page["NextToken"].string)
        }
        // Nothing was left out; what the execution reports after its job has ended comes on top.
        #expect(try #require(try await api.get(path)["Items"].array?.count) >= Int(count))
    }

    @Test func nobodyMayApproveBids() async throws {
        let api = try await LiveAPI.start()
        let key = try RSAKey.generate()
        // Blanks and order belong to what is signed.
        let payload = #"{ "JobID":"j-1", "ClientID" : "\#(key.publicKey.clientID)","Response":{"shouldBid":true} }"#
        func problem(_ payload: String, _ signature: String, _ key: String) async throws -> (Int, String?) {
            let body =
                #"{"signature":"\#(signature)", "payload": \#(payload), "client_public_key":"\#(key)"}"#
            let answer = try await api.send("POST", "/api/v1/compute/approve", body)
            return (answer.status, answer["message"].string)
        }
        let signature = Data(try key.sign(payload.utf8)).base64EncodedString()
        let sender = key.publicKey.derBase64
        #expect(try await problem(payload, signature, sender) == (401, "nobody may approve bids here"))
        #expect(
            try await problem(payload.replacing("j-1", with: "j-2"), signature, sender)
                == (400, "the signature is not that of the payload"))
        #expect(
            try await problem(payload.replacing("{ ", with: "{"), signature, sender)
                == (400, "the signature is not that of the payload"))
        #expect(
            try await problem(payload, "c2ln", sender) == (400, "the signature is not that of the payload"))
        #expect(try await problem(payload, signature, "a2V5") == (400, "client_public_key is no public key"))
        let other = try RSAKey.generate()
        #expect(
            try await problem(
                payload, Data(try other.sign(payload.utf8)).base64EncodedString(), other.publicKey.derBase64)
                == (400, "the key is not that of the client \(key.publicKey.clientID)"))
        for incomplete in ["{}", "1", #"{"ClientID":7}"#] {
            #expect(try await problem(incomplete, signature, sender) == (400, "the permission is not whole"))
        }
    }

    @Test func submittingANameAgainUpdatesItsJob() async throws {
        let api = try await LiveAPI.start()
        func body(_ delay: String, _ more: String = "") -> String {
            #"{"Job":{"Name":"again","Type":"batch","Tasks":[{"Name":"main","#
                + #""Engine":{"Type":"noop","Params":{"Delay":\#(delay)}}}]}\#(more)}"#
        }
        func submit(_ body: String, version: String) async throws -> LiveAPI.Answer {
            try await api.send("PUT", LiveAPI.jobs, body, version: version)
        }
        let first = try await submit(body("60"), version: version)
        let id = try #require(first["JobID"].string)
        let unchanged = try await submit(body("60"), version: version)
        #expect(unchanged.status == 409)
        let updated = try await submit(body("0"), version: version)
        #expect(updated["JobID"] == .string(id))
        let job = try await api.node.client.jobs.wait(for: id)
        #expect(job.state.type == .completed)
        #expect(job.version == 1)
        let forced = try await submit(body("0", #","Force":true"#), version: version)
        #expect(forced["JobID"] == .string(id))
        // A client of v1.4.0 makes another job of the name, unless it says that it wants an update.
        let apart = try await submit(body("0").replacing("again", with: "other"), version: "v1.4.0")
        #expect(
            try await submit(body("0").replacing("again", with: "other"), version: "v1.4.0")["JobID"] != apart["JobID"])
        let second = try await submit(body("0", #","Force":true"#).replacing("again", with: "other"), version: "v1.4.0")
        #expect(try await api.get("\(LiveAPI.jobs)/\(second["JobID"].string ?? "")")["Job", "Version"] == 1)
        let versions = try await api.get("\(LiveAPI.jobs)/\(id)/versions", version: version)
        #expect(versions["Items"].array?.compactMap { $0.object?["Version"] } == [1, 2, 3])
        #expect(versions["Items", 0, "Tasks", 0, "Engine", "Params", "Delay"] == 60)
        // Each version has its own executions and history; 0 is the present one.
        func count(_ part: String, _ query: String, version: String? = "v1.9.3") async throws -> Int {
            try await api.get("\(LiveAPI.jobs)/\(id)/\(part)\(query)", version: version)["Items"].array?.count ?? 0
        }
        #expect(try await count("executions", "") == 1)
        #expect(try await count("executions", "?job_version=1") == 1)
        #expect(try await count("executions", "?all_job_versions=true") == 3)
        #expect(try await count("executions", "", version: nil) == 3)
        let old = try await api.get(
            "\(LiveAPI.jobs)/\(id)?include=history,executions&job_version=1", version: version)
        #expect(old["Executions", "Items"].array?.map { $0.object?["JobVersion"] } == [1])
        #expect(old["History", "Items"].array?.allSatisfy { $0.object?["JobVersion"] == 1 } == true)
        #expect(old["History", "Items"].array?.isEmpty == false)
        let later = try await api.get("\(LiveAPI.jobs)/\(id)/history", version: version)
        #expect(later["Items", 0, "Event", "Message"] == "Job updated (version 3)")
        #expect(later["Items", 0, "Comment"] == "Job updated (version 3)")
        #expect(later["Items", 0, "JobVersion"] == 3)
        #expect(try await api.get("\(LiveAPI.jobs)/\(id)?job_version=7", version: version).status == 404)
        // Older clients never meant an update.
        let other = try await submit(body("0"), version: "v1.4.0")
        #expect(other.status == 200)
        #expect(other["JobID"] != .string(id))
    }

    @Test func versionsCountFromOne() async throws {
        let api = try await LiveAPI.start()
        func submit(_ text: String) async throws -> String {
            let job = #"{"Name":"counted","Type":"batch","Tasks":[{"Name":"main","Engine":{"Type":"noop","#
            let answer = try await api.send(
                "PUT", LiveAPI.jobs, #"{"Job":\#(job)"Params":{"Stdout":"\#(text)"}}}]}}"#, version: version)
            let id = try #require(answer["JobID"].string)
            _ = try await api.node.client.jobs.wait(for: id)
            return id
        }
        let id = try await submit("a")
        #expect(try await submit("b") == id)
        let path = "\(LiveAPI.jobs)/\(id)"
        for (number, text) in [(1, "a"), (2, "b")] as [(Int64, String)] {
            let job = try await api.get("\(path)?job_version=\(number)", version: version)
            #expect(job["Job", "Version"] == .integer(number))
            #expect(job["Job", "Tasks", 0, "Engine", "Params", "Stdout"] == .string(text))
            let executions = try await api.get("\(path)/executions?job_version=\(number)", version: version)
            #expect(executions["Items"].array?.map { $0.object?["JobVersion"] } == [.integer(number)])
            #expect(executions["Items", 0, "RunOutput", "Stdout"] == .string(text))
            let history = try await api.get("\(path)/history?job_version=\(number)", version: version)
            let shown = try #require(history["Items"].array?.compactMap { $0.object?["JobVersion"] })
            #expect(!shown.isEmpty && Set(shown) == [.integer(number)])
        }
        let update = try await api.get("\(path)/history", version: version)["Items", 0, "Event"]
        #expect(update.object?["Message"] == "Job updated (version 2)")
        #expect(update.object?["Details"]?.object?["JobVersion"] == "2")
        let missing = try await api.get("\(path)?job_version=3", version: version)
        #expect(missing["Message"] == .string("job \(id) has no version 3"))
        let described = try await api.get("\(path)?include=executions,history", version: version)
        #expect(described["Job", "Version"] == 2)
        let included = described["Executions", "Items"].array?.compactMap { $0.object?["JobVersion"] }
        #expect(Set(included ?? []) == [1, 2])
        #expect(described["History", "Items", 0, "JobVersion"] == 2)
        #expect(try await api.get(LiveAPI.jobs, version: version)["Items", 0, "Version"] == 2)
        // To run again, the present version has to be named.
        let refused = try await api.send("PUT", path + "/rerun", #"{"JobVersion":1}"#, version: version)
        #expect(refused.status == 400)
        #expect(refused["Message"] == .string("job \(id) has version 2, not 1"))
        let rerun = try await api.send("PUT", path + "/rerun", #"{"JobVersion":2,"All":true}"#, version: version)
        #expect(rerun["JobVersion"] == 3)
        _ = try await api.node.client.jobs.wait(for: id)
        // What is stored, and what older clients see, counts from 0.
        #expect(try await api.get(path)["Job", "Version"] == 2)
        #expect(try await api.get(path + "?job_version=1", version: "v1.4.0")["Job", "Version"] == 1)
        let old = try await api.get(path + "/versions")
        #expect(old["Items"].array?.compactMap { $0.object?["Version"] } == [0, 1, 2])
        let counts = try await api.get(path + "/executions?order_by=create_time")
        #expect(counts["Items"].array?.map { $0.object?["JobVersion"] } == [nil, 1, 2])
        #expect(try await api.send("PUT", path + "/rerun", #"{"JobVersion":1}"#).status == 400)
        #expect(try await api.send("PUT", path + "/rerun", #"{"JobVersion":2,"All":true}"#)["JobVersion"] == 3)
    }

    @Test func jobsAreFoundByName() async throws {
        let api = try await LiveAPI.start()
        _ = try await api.submit(name: "hello/world")
        let latest = try await api.submit(name: "hello/world")
        let path = "\(LiveAPI.jobs)/hello%2Fworld"
        #expect(try await api.get(path, version: version)["Job", "ID"] == .string(latest))
        #expect(try await api.get(path + "/executions", version: version)["Items", 0, "JobID"] == .string(latest))
        #expect(try await api.get(path + "/versions", version: version)["Items", 0, "ID"] == .string(latest))
        #expect(try await api.get(path + "?namespace=other", version: version).status == 404)
    }

    @Test func aJobIsComparedWithTheLatestOfItsName() async throws {
        let api = try await LiveAPI.start()
        _ = try await api.submit(#"{"Stdout":"a"}"#, name: "hello")
        func diff(_ name: String, _ text: String) async throws -> LiveAPI.Answer {
            let job = #"{"Name":"\#(name)","Type":"batch","Count":1,"Labels":{"env":"demo"},"#
            let tasks = #""Tasks":[{"Name":"main","Engine":{"Type":"noop","Params":{"Stdout":"\#(text)"}}}]}"#
            return try await api.send("PUT", "\(LiveAPI.jobs)/diff", #"{"Job":\#(job + tasks)}"#, version: version)
        }
        #expect(try await diff("hello", "a").json == ["Diff": "", "Warnings": .null])
        let expected = "- Tasks[0].Engine.Params.Stdout: \"a\"\n+ Tasks[0].Engine.Params.Stdout: \"b\""
        #expect(try await diff("hello", "b")["Diff"] == .string(expected))
        #expect(try await diff("nobody", "a").status == 404)
    }

    @Test func theAgentTellsItsSettings() async throws {
        let api = try await LiveAPI.start()
        #expect(try await api.get("/api/v1/agent/authconfig").json == ["Version": "1.0.0", "Config": [:]])
        let config = try await api.get("/api/v1/agent/config", version: version)
        #expect(config["config", "API", "Host"] == "127.0.0.1")
        let node = try await api.get("/api/v1/agent/node", version: version)
        #expect(node["NodeID"] == node["Info", "NodeID"])
        #expect(node["SupportedProtocols"] == [])
    }

    @Test func nodeActionsFailWithAStatus() async throws {
        let api = try await LiveAPI.start()
        let nodes = try await api.get("/api/v1/orchestrator/nodes", version: version)
        #expect(nodes["Nodes", 0, "ConnectionState", "Status"] == nodes["Nodes", 0, "Connection"])
        // In-process nodes connect once and are heard of at once.
        let connection = nodes["Nodes", 0, "ConnectionState"].object ?? [:]
        let since = try #require(connection["ConnectedSince"]?.string)
        #expect(RFC3339.time(since) ?? .zero > Timestamp(nanoseconds: 1_500_000_000_000_000_000))
        #expect(connection["LastHeartbeat"]?.string ?? "" >= since)
        #expect(connection["DisconnectedSince"] == .string(RFC3339.zero))
        #expect(connection["LastError"] == nil)
        let path = "/api/v1/orchestrator/nodes/" + (nodes["Nodes", 0, "Info", "NodeID"].string ?? "")
        #expect(try await api.send("PUT", path, #"{"Action":"approve"}"#, version: version).status == 409)
        #expect(try await api.send("PUT", path, #"{"Action":"praise"}"#, version: version).status == 400)
        #expect(try await api.send("PUT", path, #"{"Action":"approve"}"#).status == 200)
        #expect(try await api.get(LiveAPI.jobs + "?order_by=size", version: version).status == 400)
    }
}
