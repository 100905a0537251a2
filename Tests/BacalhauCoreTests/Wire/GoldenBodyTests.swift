import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import BacalhauCore

/// Bodies as v1.4.0 writes them, read into our types and written again.
@Suite struct GoldenBodyTests {
    private func golden(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: TestPlaces.package + "/Tests/Golden/API/\(name).json")))
    }

    private func value(_ json: [UInt8]) throws -> JSONValue { try JSONParser.parse(json).value }

    /// `null` where it means the same as nothing: clients write it, and our server an empty value.
    private func withoutEmpties(_ value: JSONValue) -> JSONValue {
        guard case .object(let members) = value else { return value }
        return .object(
            members.mapValues(withoutEmpties).filter { ![.null, .array([]), .object([:]), ""].contains($0.value) })
    }

    private func survives<Body: WireDecodable & WireEncodable>(_ type: Body.Type, _ name: String) throws {
        let json = try golden(name)
        #expect(try value(Body(json: json).json) == value(json), "\(name)")
    }

    /// Lists are written from the bodies of their items.
    private func listSurvives<Item: WireDecodable & WireEncodable & Sendable>(
        of type: Item.Type, _ name: String, items: StaticString = "Items"
    ) throws {
        let json = try golden(name)
        let list = try ListResponse<Item>(json: json)
        var writer = JSONWriter()
        writer.list(items, list.items.map(\.json), nextToken: list.nextToken)
        #expect(try value(writer.bytes) == value(json), "\(name)")
    }

    @Test func answersComeBackEqual() throws {
        try survives(PutJobResponse.self, "put-job-response")
        try survives(StopJobResponse.self, "stop-job-response")
        try survives(PutNodeResponse.self, "put-node-response")
        try survives(BuildVersion.self, "agent-version")
        try survives(ListAuthMethodsResponse.self, "list-auth-methods")
        try survives(AuthResponse.self, "auth-accepted")
        try survives(AuthResponse.self, "auth-refused")
        try survives(LogMessage.self, "log-error")
    }

    @Test func listsComeBackEqual() throws {
        try listSurvives(of: Job.self, "list-jobs")
        try listSurvives(of: Job.self, "list-jobs-empty")
        try listSurvives(of: Execution.self, "list-executions")
        try listSurvives(of: HistoryItem.self, "list-history")
        try listSurvives(of: NodeState.self, "list-nodes", items: "Nodes")
        try listSurvives(of: SpecConfig.self, "list-results")
    }

    @Test func aDescribedJobComesBackEqual() throws {
        let document = try JSONParser.parse(try golden("get-job"))
        let job = try #require(document.member("Job"))
        #expect(try value(Job(document: job).json) == job.value)
    }

    /// The requests' members that servers ignore (namespace, credential) are not kept.
    @Test(arguments: ["put-job-request", "put-job-request-python"])
    func submissionsAreReadWhole(_ name: String) throws {
        let json = try golden(name)
        let written = try value(PutJobRequest(json: json).json)
        let given = try #require(try value(json).object?["Job"]?.object)
        let job = try #require(written.object?["Job"]?.object)
        for (member, value) in given where withoutEmpties(value) != .object([:]) {
            if member == "Tasks" { continue }
            #expect(withoutEmpties(.object([member: job[member] ?? .null])) == withoutEmpties(.object([member: value])))
        }
        let task = try #require(job["Tasks"]?.array?.first?.object)
        for (member, value) in try #require(given["Tasks"]?.array?.first?.object) where value != .object([:]) {
            #expect(task[member] == value, "\(member)")
        }
    }

    @Test func requestsAreReadWhole() throws {
        #expect(try StopJobRequest(json: golden("stop-job-request")).reason == "not needed")
        #expect(
            try PutNodeRequest(json: golden("put-node-request"))
                == PutNodeRequest(action: "reject", message: "maintenance", nodeID: "n-1f2e3d4c"))
        #expect(
            try AuthRequest(json: golden("auth-request"))
                == AuthRequest(
                    name: "clientkey",
                    methodData: "eyJQaHJhc2VTaWduYXR1cmUiOiJjMmxuIiwiUHVibGljS2V5IjoiY0dzPSJ9"))
    }

    @Test func logFramesAreWrittenByteForByte() throws {
        for line in try golden("log-lines").split(separator: 0x0A) {
            #expect(try LogMessage(json: Array(line)).json == Array(line))
        }
    }
}
