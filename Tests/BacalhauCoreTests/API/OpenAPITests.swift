import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// The document and the calls that are served are the same.
@Suite struct OpenAPITests {
    private func paths() throws -> [String: JSONValue] {
        let document = try JSONParser.parse(OpenAPIDocument.json).value
        #expect(document.object?["openapi"] == "3.1.0")
        return try #require(document.object?["paths"]?.object)
    }

    @Test func everyCallIsDocumentedUnderItsOwnName() throws {
        let paths = try paths()
        var names: Set<String> = []
        for route in APIRouteTable.routes {
            let operation = try #require(paths[route.template]?.object?[route.method.lowercased()]?.object)
            #expect(operation["operationId"] == .string(route.name))
            #expect(names.insert(route.name).inserted, "\(route.name) twice")
            #expect(operation["summary"]?.string?.isEmpty == false)
        }
    }

    @Test func everyDocumentedPathLeadsToItsCall() throws {
        for (path, methods) in try paths() {
            // What stands for a variable part must not hide another call.
            let parts = path.split(separator: "/").map { $0.hasPrefix("{") ? "x-1" : String($0) }
            for (method, operation) in methods.object ?? [:] {
                let found = APIRouteTable.shared.find(method.uppercased(), parts)
                #expect(found.map { .string($0.route.name) } == operation.object?["operationId"], "\(method) \(path)")
            }
        }
    }

    @Test func everyReferenceHasItsSchema() throws {
        var found: Set<String> = []
        func collect(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if let reference = members["$ref"]?.string { found.insert(reference) }
                for member in members.values { collect(member) }
            case .array(let elements): elements.forEach(collect)
            default: break
            }
        }
        collect(try JSONParser.parse(OpenAPIDocument.json).value)
        let known = Set(OpenAPISchemas.all.keys.map { "#/components/schemas/" + $0 })
        #expect(found.subtracting(known) == [])
        #expect(known.subtracting(found) == [])
    }

    @Test func variablePartsAreTakenFromThePath() {
        let found = APIRouteTable.shared.find("GET", ["api", "v1", "orchestrator", "jobs", "a/b", "history"])
        #expect(found?.route.name == "jobHistory")
        #expect(found?.values == ["id": "a/b"])
        #expect(APIRouteTable.shared.find("GET", ["api", "v1", "orchestrator", "jobs", ""]) == nil)
        #expect(APIRouteTable.shared.find("PATCH", ["api", "v1", "agent", "alive"]) == nil)
    }

    @Test func thePageNeedsNothingFromElsewhere() async throws {
        let route = try #require(APIRouteTable.shared.find("GET", ["docs"])?.route)
        guard case .html = route.answer else {
            Issue.record("the page is no page")
            return
        }
        for foreign in ["http://", "https://", "src=", "import("] { #expect(!DocumentRoutes.page.contains(foreign)) }
    }

    @Test(arguments: [
        (ExecutionStateType.bidAccepted, 5), (.bidRejected, 8), (.completed, 9), (.failed, 10), (.cancelled, 11),
    ])
    func executionStatesHaveANumberForEachGeneration(_ state: ExecutionStateType, _ newer: Int) {
        #expect(state.number(for: .v14) == state.rawValue)
        #expect(state.number(for: .v19) == newer)
    }

    @Test(arguments: [
        (nil, APIGeneration.v14), ("", .v14), ("v1.4.0", .v14), ("1.4", .v14), ("v1.5.0", .v19), ("v1.9.3", .v19),
        ("v1.5.0-rc1", .v14), ("v0.0.0-xxxxxxx", .v14), ("nonsense", .v14),
    ])
    func theGenerationFollowsTheClientsVersion(_ version: String?, _ expected: APIGeneration) {
        #expect(APIGeneration(clientVersion: version) == expected)
    }
}
