import BacalhauClient
import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import Testing

/// Output and results over the API.
@Suite(.serialized, .timeLimit(.minutes(2))) struct OutputTests {
    @Test func logsBeginWhereTheCallerWants() async throws {
        let api = try await LiveAPI.start()
        let client = await api.node.client
        let id = try await api.submit(#"{"Stdout":"a\nb\nc\n"}"#)
        func lines(lastLines: Int? = nil, since: Timestamp? = nil) async throws -> [String] {
            var lines: [String] = []
            for try await message in client.jobs.logs(id, lastLines: lastLines, since: since) {
                lines.append(message.line)
            }
            return lines
        }
        #expect(try await lines() == ["a\nb\nc\n"])
        #expect(try await lines(lastLines: 2) == ["b\nc\n"])
        #expect(try await lines(lastLines: 1) == ["c\n"])
        #expect(try await lines(lastLines: 50) == ["a\nb\nc\n"])
        let created = try await client.jobs.get(id).job.createTime.nanoseconds
        #expect(try await lines(since: Timestamp(nanoseconds: created)) == ["a\nb\nc\n"])
        #expect(try await lines(since: Timestamp(nanoseconds: created + 3_600_000_000_000)) == [])
    }

    @Test func theLogOfAFormerVersionIsStillThere() async throws {
        let api = try await LiveAPI.start()
        func submit(_ text: String) async throws -> String {
            let body = """
                {"Job":{"Name":"again","Type":"batch","Tasks":[{"Name":"m",
                "Engine":{"Type":"noop","Params":{"Stdout":"\(text)"}}}]},"Force":true}
                """
            let id = try #require(try await api.send("PUT", LiveAPI.jobs, body)["JobID"].string)
            _ = try await api.node.client.jobs.wait(for: id)
            return id
        }
        let id = try await submit("one")
        #expect(try await submit("two") == id)
        func log(_ query: String) async throws -> String {
            let url = "ws" + api.endpoint.dropFirst(4) + "\(LiveAPI.jobs)/\(id)/logs\(query)"
            let socket = try await WebSocketClient.connect(
                to: url, headers: ["X-Bacalhau-Git-Version": "v1.9.3"], using: HTTPClient())
            var text = ""
            for try await case .text(let json) in socket.messages {
                let message = try LogMessage(json: Array(json.utf8))
                text += message.line + message.error
            }
            return text
        }
        #expect(try await log("") == "two")
        #expect(try await log("?job_version=1") == "one")
        #expect(try await log("?job_version=2") == "two")
        #expect(try await log("?job_version=3").contains("no executions yet, or none of that version"))
    }

    @Test func resultsAreFetchedThroughTheOrchestrator() async throws {
        let api = try await LiveAPI.start()
        let job = #"{"Type":"batch","Tasks":[{"Name":"m","Engine":{"Type":"noop"},"Publisher":{"Type":"local"}}]}"#
        let id = try #require(try await api.send("PUT", LiveAPI.jobs, #"{"Job":\#(job)}"#)["JobID"].string)
        _ = try await api.node.client.jobs.wait(for: id)
        let execution = try #require(
            try await api.get("\(LiveAPI.jobs)/\(id)/executions")["Items", 0, "ID"].string)
        let path = "\(LiveAPI.jobs)/\(id)/results/\(execution)"
        let whole = try await api.get(path)
        #expect(whole.status == 200)
        #expect(whole.body.prefix(2) == [0x1F, 0x8B])
        let tag = try #require(whole.headers["ETag"])
        #expect(whole.headers["Digest"]?.hasPrefix("sha-256=") == true)
        let part = try await api.send("GET", path, headers: ["Range": "bytes=10-", "If-Range": tag])
        #expect(part.status == 206)
        #expect(part.body == Array(whole.body.dropFirst(10)))
        #expect(part.headers["Content-Range"] == "bytes 10-\(whole.body.count - 1)/\(whole.body.count)")
        #expect(try await api.send("GET", path, headers: ["Range": "bytes=900000-"]).status == 416)
        #expect(try await api.send("GET", path, headers: ["If-None-Match": tag]).status == 304)
        #expect(try await api.get("\(LiveAPI.jobs)/\(id)/results/e-1").status == 404)
        let without = try await api.submit()
        let none = try #require(try await api.get("\(LiveAPI.jobs)/\(without)/executions")["Items", 0, "ID"].string)
        #expect(try await api.get("\(LiveAPI.jobs)/\(without)/results/\(none)").status == 404)
    }
}
