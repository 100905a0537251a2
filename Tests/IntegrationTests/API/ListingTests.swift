import BacalhauClient
import BacalhauHTTPClient
import BacalhauModel
import BacalhauTestSupport
import Testing

/// Pages, order, filters and refusals, asked by plain requests.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ListingTests {
    private func ids(_ answer: LiveAPI.Answer) -> [String] {
        answer["Items"].array?.compactMap { $0.object?["ID"]?.string } ?? []
    }

    @Test func jobListsArePagedOrderedAndFiltered() async throws {
        let api = try await LiveAPI.start()
        var all: [String] = []
        for index in 0..<5 {
            all.append(try await api.submit(labels: #"{"env":"demo","index":"\#(index)"}"#, waits: false))
        }
        #expect(ids(try await api.get(LiveAPI.jobs)) == all)
        let first = try await api.get("\(LiveAPI.jobs)?limit=2&order_by=created_at")
        #expect(ids(first) == Array(all[..<2]))
        #expect(first["NextToken"] == "Y3JlYXRlZF9hdDpOOjI6Mg")
        // The token decides; labels have to be repeated.
        let second = try await api.get("\(LiveAPI.jobs)?next_token=Y3JlYXRlZF9hdDpOOjI6Mg&limit=50&reverse=true")
        #expect(ids(second) == Array(all[2..<4]))
        let last = try await api.get("\(LiveAPI.jobs)?next_token=\(second["NextToken"].string ?? "")")
        #expect(ids(last) == [all[4]])
        #expect(last["NextToken"] == "")
        #expect(try await api.get("\(LiveAPI.jobs)?limit=1")["NextToken"] == "Ok46MTox")
        #expect(ids(try await api.get("\(LiveAPI.jobs)?reverse=True&order_by=whatever")) == all.reversed())
        #expect(
            ids(try await api.get("\(LiveAPI.jobs)?labels=index%3E2&labels=env+in+(demo,prod)")) == Array(all[3...]))
        #expect(ids(try await api.get("\(LiveAPI.jobs)?labels=bacalhau_canary!%3Dtrue&LIMIT=1")) == [all[0]])
        #expect(ids(try await api.get("\(LiveAPI.jobs)?namespace=elsewhere")) == [])
        #expect(ids(try await api.get("\(LiveAPI.jobs)?namespace=*")) == all)
    }

    @Test func historyAndExecutionsAreFiltered() async throws {
        let api = try await LiveAPI.start()
        let path = LiveAPI.jobs + "/" + (try await api.submit())
        let execution = try #require(try await api.get(path + "/executions")["Items", 0, "ID"].string)
        func types(_ query: String) async throws -> Set<String> {
            let items = try await api.get("\(path)/history?\(query)")["Items"].array ?? []
            return Set(items.compactMap { $0.object?["Type"]?.string })
        }
        #expect(try await types("event_type=all") == ["JobLevel", "ExecutionLevel"])
        #expect(try await types("event_type=job&limit=1") == ["JobLevel"])
        #expect(try await types("event_type=execution&execution_id=&node_id=") == ["ExecutionLevel"])
        #expect(try await types("execution_id=\(execution.prefix(8))") == ["ExecutionLevel"])
        #expect(try await types("node_id=nobody") == [])
        #expect(try await types("since=4000000000") == [])
        for order in ["", "modify_time", "create_time", "id", "state"] {
            #expect(try await api.get("\(path)/executions?order_by=\(order)&limit=5&reverse=False").status == 200)
        }
    }

    @Test func nodeListsAreOrderedAndFiltered() async throws {
        let api = try await LiveAPI.start()
        func count(_ query: String) async throws -> Int? {
            try await api.get("/api/v1/orchestrator/nodes?\(query)")["Nodes"].array?.count
        }
        for order in ["id", "type", "available_cpu", "available_memory", "available_disk", "available_gpu", "approval"]
        {
            #expect(try await count("order_by=\(order)&reverse=true") == 1)
        }
        #expect(try await count("filter-approval=Approved&filter-status=connected") == 1)
        #expect(try await count("filter-approval=rejected") == 0)
        #expect(try await count("filter-status=nonsense") == 0)
        #expect(try await count("labels=Operating-System%3Dlinux&labels=!nothing") == 1)
        #expect(try await count("labels=Operating-System%3Dplan9") == 0)
    }

    @Test(arguments: [
        ("GET", "/api/v1/orchestrator/jobs?limit=x", 400), ("GET", "/api/v1/orchestrator/jobs?limit=-1", 400),
        ("GET", "/api/v1/orchestrator/jobs?reverse=maybe", 400),
        ("GET", "/api/v1/orchestrator/jobs?next_token=@@", 400), ("GET", "/api/v1/orchestrator/jobs?labels=a%20b", 400),
        ("GET", "/api/v1/orchestrator/nodes?order_by=size", 400), ("GET", "/api/v1/orchestrator/jobs/j-0badcafe", 404),
        ("GET", "/api/v1/orchestrator/jobs/j-0badcafe/history", 404),
        ("DELETE", "/api/v1/orchestrator/jobs/j-0badcafe", 404), ("GET", "/api/v1/orchestrator/nodes/n-none", 404),
        ("GET", "/api/v1/orchestrator/jobs/", 404), ("POST", "/api/v1/orchestrator/nodes", 404),
        ("PATCH", "/api/v1/orchestrator/jobs", 404), ("GET", "/api/v1/nothing", 404), ("GET", "/swagger", 404),
        ("PUT", "/api/v1/orchestrator/jobs", 400),
    ])
    func refusalsHaveAStatusAndBothGenerationsBodies(_ method: String, _ path: String, _ status: Int) async throws {
        let api = try await LiveAPI.start()
        let old = try await api.send(method, path)
        #expect(old.status == status)
        #expect(old["error"].string?.isEmpty == false)
        #expect(old["message"] == old["error"])
        #expect(old["Message"] == .null)
        #expect(old["Code"].string?.isEmpty == false)
        let new = try await api.send(method, path, version: "v1.9.3")
        #expect(new.status == status)
        #expect(new["Status"] == .integer(Int64(status)))
        #expect(new["Message"] == old["message"])
        #expect(new["RequestID"].string?.isEmpty == false)
        #expect(new["error"] == .null)
        #expect(new["message"] == .null)
    }

    @Test func submissionsThatCannotBeReadAreRefused() async throws {
        let api = try await LiveAPI.start()
        let cases = [
            "{", #"{"Job":{"Type":5}}"#, #"{"Job":null}"#, #"{"Job":{"Type":"batch","Count":-1,"Tasks":[]}}"#,
            #"{"Job":{"Type":"batch","Tasks":[{"Name":"a","Engine":{"Type":"noop"},"Network":{"Type":""}}]}}"#,
            #"{"Job":{"Type":"batch","Tasks":[null]}}"#,
        ]
        for body in cases {
            let answer = try await api.send("PUT", LiveAPI.jobs, body)
            #expect(answer.status == 400, "\(body)")
            #expect(answer["message"].string?.isEmpty == false)
        }
        let form = try await api.send("PUT", LiveAPI.jobs, headers: ["Content-Type": "text/plain"])
        #expect(form.status == 400)
    }

    @Test func clientsThatAreTooOldAreTurnedAway() async throws {
        let api = try await LiveAPI.start()
        let golden = try #require(try GoldenShape.value("error-old-client").object)
        let old = try await api.get("/api/v1/agent/alive", version: "v1.3.2")
        #expect(old.status == 403)
        #expect(Set(old.json.object.map { Array($0.keys) } ?? []) == Set(golden.keys))
        #expect(old["MinVersion"] == golden["MinVersion"])
        #expect(old["ClientVersion"] == golden["ClientVersion"])
        #expect(old["ServerVersion"] == golden["ServerVersion"])
        #expect(try await api.get("/api/v1/agent/alive", version: "v1.4.0-rc1").status == 403)
        let wrong = try await api.get("/api/v1/agent/alive", version: "x")
        #expect(wrong.status == 400)
        #expect(wrong.json == ["Error": "Invalid client version x"])
        for version in ["", "v0.0.0-xxxxxxx", "v1.4.0", "1.4", "v1.9.3"] {
            #expect(try await api.get("/api/v1/agent/alive", version: version).status == 200)
        }
    }
}
