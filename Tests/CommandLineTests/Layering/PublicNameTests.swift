import BacalhauClient
import BacalhauCore
import BacalhauHTTPClient
import Testing

/// A program may import all libraries and name their types without saying whose they are.
@Suite struct PublicNameTests {
    /// Compiles only while each name stands for one type.
    private typealias OnceAmbiguous = (LogStream, StandardStream, WebSocketMessage)

    @Test func noTwoLibrariesHaveATypeOfTheSameName() throws {
        var owners: [String: Set<String>] = [:]
        for folder in ["Sources/BacalhauCore", "Sources/BacalhauClient"] {
            for file in try PackageFiles.swiftFiles(below: folder) {
                for declaration in PublicDeclarations(file).all {
                    guard let name = declaration.outermostType else { continue }
                    owners[name, default: []].insert(PublicNameTests.module(of: file.path))
                }
            }
        }
        #expect(owners["LogStream"] == ["BacalhauClient"])
        #expect(owners["Job"] == ["BacalhauCore/Model"])
        for (name, modules) in owners.sorted(by: { $0.key < $1.key }) where modules.count > 1 {
            Issue.record("\(name) is public in \(modules.sorted().joined(separator: " and "))")
        }
    }

    /// The folder of a target. The engine's own folders are one.
    private static func module(of path: String) -> String {
        let targets = ["Model", "Support", "Crypto", "HTTPClient", "Files", "Objects/Archive"].map {
            "BacalhauCore/" + $0
        }
        let target = (targets + ["BacalhauCore", "BacalhauClient"]).first { path.hasPrefix("Sources/\($0)/") }
        return target ?? path
    }
}
