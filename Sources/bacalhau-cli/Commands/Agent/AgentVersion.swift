import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `agent version`
enum AgentVersion {
    static let command = Command("agent version", "Show the version of the server", flags: OutputFlags.single) {
        arguments, context in
        let client = try context.client(arguments)
        let version = try await failing("could not get server version") { () async throws(BacalhauError) in
            try await client.agent.version()
        }
        if arguments.isSet("output") {
            try ResultPrinter(arguments, context).value(version)
        } else {
            try context.output.write(text(version))
        }
        return .success
    }

    static func text(_ version: BuildVersion) -> String {
        let date = RFC3339.time(version.buildDate).map { TimeText.full($0) + " +0000 UTC" } ?? version.buildDate
        return "Bacalhau \(version.gitVersion)\nBuildDate \(date)\nGitCommit \(version.gitCommit)\n"
    }
}
