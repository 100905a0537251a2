import BacalhauClient
import BacalhauHTTPClient
import BacalhauModel
import Testing

@testable import BacalhauClient

/// What goes over the wire, and what is made of the answers.
@Suite struct APICallTests {
    private let job = #"{"ID":"j-1","Type":"batch","State":{"StateType":"Running"},"Revision":2,"Tasks":[]}"#

    @Test func everyRequestCarriesVersionAndToken() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"Status":"OK"}"#) }
        let client = BacalhauClient(transport, options: .init(token: "secret"))
        #expect(try await client.agent.alive())
        let headers = try #require(transport.requests.first).headers
        #expect(headers["X-Bacalhau-Git-Version"] == "v1.4.0")
        #expect(headers["Authorization"] == "Bearer secret")
    }

    @Test func submissionIsWrappedAndNamesAToken() async throws {
        let transport = FakeTransport { _, _ in
            .json(#"{"JobID":"j-1","EvaluationID":"e","Warnings":null}"#)
        }
        let client = BacalhauClient(transport)
        let answer = try await client.jobs.submit(.docker(image: "alpine"), idempotencyToken: "once")
        #expect(answer.jobID == JobID(rawValue: "j-1"))
        #expect(answer.warnings == [])
        _ = try await client.jobs.submit(.docker(image: "alpine"))
        _ = try await client.jobs.submit(.docker(image: "alpine"))
        #expect(transport.calls == Array(repeating: "PUT /api/v1/orchestrator/jobs", count: 3))
        let bodies = transport.requests.map(\.bodyText)
        #expect(bodies[0].hasPrefix(#"{"IdempotencyToken":"once","Job":{"#))
        #expect(bodies[1] != bodies[2])
        #expect(!bodies.contains { $0.contains("Force") })
        #expect(transport.requests[0].headers["Content-Type"] == "application/json")
    }

    @Test func submissionIsForcedWhenAsked() async throws {
        let transport = FakeTransport { _, _ in
            .json(#"{"JobID":"j-1","EvaluationID":"e","Warnings":null}"#)
        }
        let job = Job.docker(name: "nightly", image: "alpine")
        _ = try await BacalhauClient(transport).jobs.submit(job, idempotencyToken: "once", force: true)
        let body = try #require(transport.requests.first).bodyText
        #expect(
            body == #"{"IdempotencyToken":"once","Job":\#(String(decoding: job.json, as: UTF8.self)),"Force":true}"#)
    }

    @Test func jobsAreReadWithTheirParts() async throws {
        let execution = #"{"ID":"e-1","ComputeState":{"StateType":5}}"#
        let transport = FakeTransport { [job] request, _ in
            .json(
                request.url.contains("include")
                    ? #"{"Job":\#(job),"History":{"NextToken":"","Items":[]},"Executions":{"Items":[\#(execution)]}}"#
                    : #"{"Job":\#(job)}"#)
        }
        let client = BacalhauClient(transport)
        let plain = try await client.jobs.get("j-1")
        #expect(plain.executions == nil)
        #expect(plain.job.state.type == .running)
        let full = try await client.jobs.get("j-1", including: [.history, .executions])
        #expect(full.executions?.map(\.computeState.type) == [.bidAccepted])
        #expect(full.history == [])
        #expect(
            transport.calls == [
                "GET /api/v1/orchestrator/jobs/j-1",
                "GET /api/v1/orchestrator/jobs/j-1?include=executions%2Chistory",
            ])
    }

    @Test func identifiersCannotLeaveTheirPlaceInThePath() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"EvaluationID":""}"#) }
        let client = BacalhauClient(transport)
        #expect(try await client.jobs.stop("../nodes?x=1#", reason: "r") == nil)
        #expect(try await client.jobs.stop("..", reason: "r") == nil)
        #expect(
            transport.calls == [
                "DELETE /api/v1/orchestrator/jobs/..%2Fnodes%3Fx%3D1%23", "DELETE /api/v1/orchestrator/jobs/%2E%2E",
            ])
        await #expect(throws: BacalhauError(.badRequest, "the job's identifier is empty", component: "Client")) {
            try await client.jobs.get("")
        }
    }

    @Test func aRerunSaysWhatIsMeantAndIsNotRepeated() async throws {
        let transport = FakeTransport { _, _ in
            .json(#"{"EvaluationID":"e","JobID":"j-1","JobVersion":2,"Warnings":null}"#)
        }
        let client = BacalhauClient(transport)
        let answer = try await client.jobs.rerun("j-1", all: true, reason: "why", version: 1)
        #expect(
            answer
                == RerunJobResponse(
                    evaluationID: EvaluationID(rawValue: "e"), jobID: JobID(rawValue: "j-1"), version: 2))
        _ = try await client.jobs.rerun("j-1")
        #expect(transport.calls == Array(repeating: "PUT /api/v1/orchestrator/jobs/j-1/rerun", count: 2))
        #expect(
            transport.requests.map(\.bodyText) == [
                #"{"JobVersion":1,"Reason":"why","All":true}"#, #"{"JobVersion":0,"Reason":""}"#,
            ])
        let busy = FakeTransport { _, _ in .json("{}", status: 503) }
        let problem = await problem { try await BacalhauClient(busy).jobs.rerun("j-1") }
        #expect(problem?.code == .unavailable)
        #expect(busy.calls.count == 1)
    }

    @Test func anExplanationIsReadFromItsPlace() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"Summary":"It runs.","WakeUps":null}"#) }
        #expect(
            try await BacalhauClient(transport).jobs.explain("j-1") == JobExplanation(summary: "It runs."))
        #expect(transport.calls == ["GET /api/v1/orchestrator/jobs/j-1/explain"])
    }

    @Test func versionsAndDifferencesAreRead() async throws {
        let transport = FakeTransport { [job] request, number throws(HTTPClientError) in
            if request.method == "GET" { return .json(#"{"NextToken":"","Items":[\#(job)]}"#) }
            // Asking twice does no harm.
            if number == 2 { throw .interrupted(host: "node", detail: "reset") }
            return .json(#"{"Diff":"- Count: 1\n+ Count: 2","Warnings":["w"]}"#)
        }
        let client = BacalhauClient(transport)
        #expect(try await client.jobs.versions("j-1").map(\.id.rawValue) == ["j-1"])
        #expect(
            try await client.jobs.diff(Job(name: "a", count: 2))
                == JobDifference(lines: ["- Count: 1", "+ Count: 2"], warnings: ["w"]))
        let diff = "PUT /api/v1/orchestrator/jobs/diff"
        #expect(transport.calls == ["GET /api/v1/orchestrator/jobs/j-1/versions", diff, diff])
        #expect(transport.requests[1].bodyText.hasPrefix(#"{"Job":{"#))
    }

    @Test func whatTheOperatorSetIsHandedOn() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"config":{"DataDir":"/d"}}"#) }
        #expect(try await BacalhauClient(transport).agent.configuration() == ["DataDir": "/d"])
        #expect(transport.calls == ["GET /api/v1/agent/config"])
    }

    @Test func allNodesAreOneSequence() async throws {
        let transport = FakeTransport { request, _ in
            let isFirst = !request.url.contains("next_token")
            let info = #"{"NodeID":"n-\#(isFirst ? 1 : 2)","NodeType":"Compute"}"#
            return .json(#"{"NextToken":"\#(isFirst ? "A" : "")","Nodes":[{"Info":\#(info)}]}"#)
        }
        var ids: [String] = []
        for try await node in BacalhauClient(transport).nodes.all(.init(limit: 1)) {
            ids.append(node.info.nodeID.rawValue)
        }
        #expect(ids == ["n-1", "n-2"])
        #expect(
            transport.calls == [
                "GET /api/v1/orchestrator/nodes?limit=1", "GET /api/v1/orchestrator/nodes?limit=1&next_token=A",
            ])
    }

    @Test func listsNameOnlyWhatDiffersFromTheDefaults() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"NextToken":"","Items":[]}"#) }
        let client = BacalhauClient(transport)
        _ = try await client.jobs.list()
        _ = try await client.jobs.list(
            .init(
                limit: 5, nextToken: "T", orderBy: .modifiedAt, reverse: true, labels: ["a=b", "c in (d,e)"],
                namespace: "*"))
        _ = try await client.jobs.executions("j", .init(limit: 1, orderBy: "id"))
        _ = try await client.jobs.history(
            "j", .init(eventType: .job, executionID: "e", nodeID: "n", since: Timestamp(nanoseconds: 5_900_000_000)))
        _ = try await client.nodes.list(
            .init(labels: ["zone"], approval: .pending, connection: .connected, orderBy: "type"))
        #expect(
            transport.calls == [
                "GET /api/v1/orchestrator/jobs",
                "GET /api/v1/orchestrator/jobs?namespace=%2A&labels=a%3Db&labels=c%20in%20%28d%2Ce%29&limit=5"
                    + "&next_token=T&order_by=modified_at&reverse=true",
                "GET /api/v1/orchestrator/jobs/j/executions?limit=1&order_by=id",
                "GET /api/v1/orchestrator/jobs/j/history?event_type=job&execution_id=e&node_id=n&since=5",
                "GET /api/v1/orchestrator/nodes?labels=zone&filter-approval=pending&filter-status=connected"
                    + "&order_by=type",
            ])
    }

    @Test func allPagesAreOneSequence() async throws {
        let pages = ["": ("one", "A"), "A": ("two", "B"), "B": ("three", "")]
        let transport = FakeTransport { request, _ in
            let token = request.url.split(separator: "next_token=").dropFirst().first.map(String.init) ?? ""
            let (id, next) = pages[token] ?? ("unexpected", "")
            return .json(#"{"NextToken":"\#(next)","Items":[{"ID":"\#(id)","Labels":null}]}"#)
        }
        var ids: [String] = []
        for try await job in BacalhauClient(transport).jobs.all(.init(labels: ["a"])) { ids.append(job.id.rawValue) }
        #expect(ids == ["one", "two", "three"])
        #expect(transport.calls.allSatisfy { $0.contains("labels=a&limit=100") })
    }

    @Test func pagingEndsWhenTheServerRepeatsItsToken() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"NextToken":"same","Items":[{"ID":"j"}]}"#) }
        var count = 0
        for try await _ in BacalhauClient(transport).jobs.all() { count += 1 }
        #expect(count == 2)
    }

    @Test func nodesAreReadInBothForms() async throws {
        let info = #"{"NodeID":"n-1","NodeType":"Compute","Labels":{}}"#
        let state = #"{"Info":\#(info),"Membership":"APPROVED","Connection":"CONNECTED"}"#
        let transport = FakeTransport { request, number in
            if request.url.hasSuffix("/agent/node") { return .json(number == 1 ? state : info) }
            return .json(#"{"Node":\#(state)}"#)
        }
        let client = BacalhauClient(transport)
        let wrapped = try await client.agent.node()
        #expect(try await client.agent.node() == wrapped)
        #expect(try await client.nodes.get("n-1") == wrapped)
        #expect(wrapped.info.nodeType == .compute)
    }

    @Test func refusedNodeActionsAreErrorsInBothForms() async throws {
        let transport = FakeTransport { _, number in
            number == 1
                ? .json(#"{"Success":false,"Error":"node already approved"}"#)
                : .json(#"{"Status":409,"Message":"node already rejected","Code":"ResourceInUse"}"#, status: 409)
        }
        let client = BacalhauClient(transport)
        let first = await problem { try await client.nodes.approve("n-1", message: "hello") }
        #expect(first?.code == .conflict)
        #expect(first?.message == "node already approved")
        #expect(
            transport.requests.first?.bodyText == #"{"Action":"approve","Message":"hello","NodeID":"n-1"}"#)
        let second = await problem { try await client.nodes.reject("n-1") }
        #expect(second?.message == "node already rejected")
        #expect(second?.details["HTTPStatus"] == "409")
    }

    @Test func answerOfAnotherServerIsExplained() async {
        let transport = FakeTransport { _, _ in .json("<html>") }
        let error = await problem { try await BacalhauClient(transport).jobs.list() }
        #expect(error?.code == .internal)
        #expect(error?.hint == "is http://node:1234 a Bacalhau node?")
    }

    @Test(arguments: [
        ("http://a:1/", "http://a:1"), ("a:1", "http://a:1"), (" https://a ", "https://a"),
    ])
    func endpointsAreCompleted(text: String, expected: String) {
        #expect(BacalhauClient(endpoint: text).endpoint == expected)
    }
}

/// The error of a call, or `nil` if it succeeds.
func problem<Value>(of call: @Sendable () async throws -> Value) async -> BacalhauError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? BacalhauError
    }
}
