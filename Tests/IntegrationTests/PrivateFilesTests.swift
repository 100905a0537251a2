import BacalhauClient
import BacalhauCore
import BacalhauTestSupport
import FoundationEssentials
import Glibc
import Testing

/// A data directory that somebody made beforehand is open to everybody, as directories usually are.
@Suite(.timeLimit(.minutes(1))) struct PrivateFilesTests {
    private static func runJob(in folder: String) async throws {
        var configuration = NodeConfiguration(dataDirectory: folder)
        configuration.api = nil
        try await BacalhauNode.run(configuration) { node in
            let task = Job.Task(
                engine: Engine(type: "noop", params: ["Stdout": "secret"]), publisher: Publisher(type: "local"))
            let id = try await node.orchestrator.submit(Job(tasks: [task])).jobID.rawValue
            #expect(try await node.orchestrator.waitForEnd(of: id).state.type == .completed)
            #expect(
                Set(try files(in: folder)).isSuperset(of: ["orchestrator.db-wal", "compute.db", "logs", "results"]))
            for name in try files(in: folder) {
                var status = stat()
                #expect(stat("\(folder)/\(name)", &status) == 0)
                #expect(status.st_mode & 0o007 == 0, "\(name) has the mode \(String(status.st_mode, radix: 8))")
            }
        }
    }

    private static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test func nothingThatANodeKeepsIsForEverybody() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        #expect(chmod(folder, 0o755) == 0)
        try await Self.runJob(in: folder)
        // Files of an earlier version.
        for name in try Self.files(in: folder) where name.contains(".db") {
            #expect(chmod("\(folder)/\(name)", 0o644) == 0)
        }
        try await Self.runJob(in: folder)
    }
}
