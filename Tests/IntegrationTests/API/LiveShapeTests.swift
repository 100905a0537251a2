import BacalhauClient
import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import Testing

/// A node's answers beside bodies of v1.4.0: the same members, of the same kinds, and none besides.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LiveShapeTests {
    /// What is left out when zero.
    private static let zeroes: Set<String> = [
        "Message", "CPU", "Memory", "Disk", "GPU", "GPUs", "Values", "Env", "Meta", "InputSources", "ResultPaths",
        "Domains", "ExecutionTimeout", "QueueTimeout", "TotalTimeout", "Details", "Comment", "Params", "Previous",
    ]

    private func shape(_ name: String) throws -> GoldenShape { try GoldenShape(name, optional: Self.zeroes) }

    private func expect(
        _ shape: GoldenShape, fits answer: LiveAPI.Answer, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 200, sourceLocation: sourceLocation)
        #expect(shape.problems(of: answer.json) == [], sourceLocation: sourceLocation)
    }

    @Test func jobsHaveTheShapeOfV140() async throws {
        let api = try await LiveAPI.start()
        let body = String(
            decoding: try JSONWriter.text(GoldenShape.value("put-job-request-python")), as: UTF8.self
        )
        .replacing("docker", with: "noop").replacing(
            #","Params":{"Image":"ubuntu:22.04","Parameters":["echo","hello"]}"#, with: "")
        let submitted = try await api.send("PUT", LiveAPI.jobs, body)
        expect(try shape("put-job-response"), fits: submitted)
        #expect(submitted["Warnings"] == .null)
        let id = try #require(submitted["JobID"].string)
        _ = try await api.node.client.jobs.wait(for: id)
        expect(try shape("get-job"), fits: try await api.get("\(LiveAPI.jobs)/\(id)"))
        expect(
            try shape("list-jobs"), fits: try await api.get("\(LiveAPI.jobs)?limit=1&order_by=created_at&reverse=true"))
        let running = try await api.submit(#"{"Delay":60}"#, waits: false)
        _ = try await api.node.client.jobs.wait(for: running, until: .running)
        for job in [id, running] {
            expect(try shape("list-executions"), fits: try await api.get("\(LiveAPI.jobs)/\(job)/executions"))
        }
        expect(
            try shape("stop-job-response"),
            fits: try await api.send("DELETE", "\(LiveAPI.jobs)/\(running)", #"{"reason":"enough"}"#))
        _ = try await api.node.client.jobs.wait(for: running)
        for job in [id, running] {
            expect(try shape("list-history"), fits: try await api.get("\(LiveAPI.jobs)/\(job)/history"))
            #expect(try await api.get("\(LiveAPI.jobs)/\(job)/results").json == ["NextToken": "", "Items": []])
        }
        let described = try await api.get("\(LiveAPI.jobs)/\(id)?include=executions%2C+history,nothing")
        #expect(try shape("list-history").problems(of: described["History"]) == [])
        #expect(try shape("list-executions").problems(of: described["Executions"]) == [])
    }

    @Test func nodesHaveTheShapeOfV140() async throws {
        let api = try await LiveAPI.start()
        let nodes = try await api.get("/api/v1/orchestrator/nodes?order_by=type")
        expect(try shape("list-nodes"), fits: nodes)
        let id = try #require(nodes["Nodes", 0, "Info", "NodeID"].string)
        let one = try await api.get("/api/v1/orchestrator/nodes/\(id.prefix(10))")
        #expect(try shape("list-nodes").problems(of: one["Node"], at: ".Nodes[]") == [])
        let action = try await api.send("PUT", "/api/v1/orchestrator/nodes/\(id)", #"{"Action":"approve"}"#)
        expect(try shape("put-node-response"), fits: action)
        #expect(action["Success"] == false)
        // This answer serves both generations: what v1.4.0 has is there, and the flat members of v1.9.
        let own = try await api.get("/api/v1/agent/node").json.object ?? [:]
        let wrapped = own.filter { ["Info", "Membership", "Connection"].contains($0.key) }
        #expect(try shape("list-nodes").problems(of: .object(wrapped), at: ".Nodes[]") == [])
        #expect(own["NodeID"] == .string(id))
    }

    @Test func theNodeItselfAnswersAsV140Does() async throws {
        let api = try await LiveAPI.start()
        for path in ["/", "/api/v1/agent/version"] {
            expect(try shape("agent-version"), fits: try await api.get(path))
        }
        #expect(try await api.get("/api/v1/agent/alive").json == ["Status": "OK"])
        #expect(try await api.send("POST", "/version", "{}")["build_version_info", "GitVersion"] == "v1.4.0")
        #expect(String(decoding: try await api.get("/livez").body, as: UTF8.self) == "OK")
        let health = try await api.get("/healthz")
        #expect(health["FreeSpace", "tmp", "All"].kind == "number")
        #expect(try await api.get("/api/v1/id").headers["Content-Type"]?.hasPrefix("text/plain") == true)
        let retired = try await api.send("POST", "/api/v1/requester/list", "{}")
        #expect(retired.status == 410)
        #expect(retired.json.kind == "string")
    }

    @Test func signingInWorksAsInV140() async throws {
        let api = try await LiveAPI.start()
        expect(try shape("list-auth-methods"), fits: try await api.get("/api/v1/auth"))
        let method = try await api.get("/api/v1/auth/clientkey")
        #expect(method["type"] == "challenge")
        #expect(try await api.get("/api/v1/auth/ClientKey").status == 404)
        let refused = try await api.send(
            "POST", "/api/v1/auth/clientkey",
            JSONWriter.string(GoldenShape.value("auth-request")))
        #expect(refused.status == 401)
        #expect(try shape("auth-refused").problems(of: refused.json) == [])
    }

    @Test func everyAnswerCarriesTheServersHeaders() async throws {
        let api = try await LiveAPI.start()
        let answer = try await api.send("GET", LiveAPI.jobs, headers: ["Origin": "http://a", "X-Request-Id": "q1"])
        #expect(answer.headers["Content-Type"] == "application/json")
        #expect(answer.headers["X-Bacalhau-Git-Version"] == "v1.4.0")
        #expect(answer.headers["X-Bacalhau-Git-Commit"]?.count == 40)
        #expect(answer.headers["X-Bacalhau-Build-OS"] == "linux")
        #expect(answer.headers["X-Request-Id"] == "q1")
        #expect(answer.headers["Access-Control-Allow-Origin"] == "*")
        let preflight = try await api.send("OPTIONS", "/anything", headers: ["Origin": "http://a"])
        #expect(preflight.status == 204)
        #expect(preflight.headers["Access-Control-Allow-Methods"] == "GET,HEAD,PUT,PATCH,POST,DELETE")
    }
}

extension JSONWriter {
    static func text(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    static func string(_ value: JSONValue) -> String { String(decoding: text(value), as: UTF8.self) }
}
