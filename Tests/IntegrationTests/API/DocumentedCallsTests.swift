import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import BacalhauCore

/// Docs/API.md against a real node.
@Suite(.timeLimit(.minutes(2))) struct DocumentedCallsTests {
    private func document() throws -> String { try TestPlaces.text(of: TestPlaces.package + "/Docs/API.md") }

    @Test func everyLineOfTheDocumentWorks() async throws {
        let node = try NodeProcess()
        try await node.start()
        let directory = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(directory) }
        var script = "set -euo pipefail\ncurl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n"
        for block in try document().components(separatedBy: "```sh\n").dropFirst() {
            script += block.components(separatedBy: "```")[0]
        }
        script = script.replacing("http://127.0.0.1:1234", with: await node.endpoint)
        try Data(script.utf8).write(to: URL(filePath: directory + "/lines"))
        let run = try await ProgramRun.run("/bin/bash", ["-x", directory + "/lines"])
        #expect(run.exitCode == 0, "\(run.output)")
        #expect(run.output.contains(#"{"value":{"Type":1,"Line":"hello\n"}}"#))
        #expect(run.output.contains(#"{"Authentication":{"success":true,"#))
    }

    @Test func everyCallIsInTheDocument() throws {
        let text = try document().replacing("$JOBS", with: "/api/v1/orchestrator/jobs")
            .replacing("$NODES", with: "/api/v1/orchestrator/nodes").replacing("$NODE/api", with: "/api")
            .replacing("{id}", with: "$JOB").replacing("…/jobs", with: "/api/v1/orchestrator/jobs")
        for route in APIRouteTable.routes where !route.template.hasPrefix("/api/v1/requester") {
            let path = route.template.replacing("{method}", with: "clientkey")
            let known = [path, path.replacing("{id}", with: "$JOB")]
            #expect(known.contains { text.contains($0) }, "\(route.method) \(route.template)")
        }
    }
}
