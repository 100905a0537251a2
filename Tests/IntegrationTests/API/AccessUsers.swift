import BacalhauFiles
import BacalhauHTTPClient
import BacalhauTestSupport
import Testing

/// Users in a file: a robot that may do everything, a reader with a hashed password, and perhaps a client's key.
final class AccessUsers: Sendable {
    static let key = "0123456789abcdefghij"

    let directory: String
    var file: String { directory + "/users.yaml" }
    /// Where a client keeps its key and its tokens.
    var home: String { directory + "/home" }

    init(clientID: String? = nil) async throws {
        directory = try TestPlaces.makeDirectory()
        try await write(clientID: clientID)
    }

    deinit { TestPlaces.remove(directory) }

    func write(clientID: String? = nil) async throws {
        let input = directory + "/password"
        try AtomicFile.write(Array("correct horse\n".utf8), to: input, mode: 0o600)
        let program = TestPlaces.products + "/bacalhau-cli"
        let made = try await ProgramRun.run("/bin/sh", ["-c", "'\(program)' auth hash-password < '\(input)'"])
        #expect(made.exitCode == 0, "\(made.output)")
        var text = """
            API:
              Auth:
                Users:
                  - Alias: robot
                    APIKey: \(AccessUsers.key)
                    Capabilities: [{Actions: ["*"]}]
                  - Username: Reader
                    Password: "\(made.output.split(separator: "\n").first ?? "")"
                    Capabilities: [{Actions: ["read:*"]}]

            """
        if let clientID {
            text += """
                      - Alias: desk
                        ClientID: \(clientID)
                        Capabilities: [{Actions: ["read:job", "write:job"]}]

                """
        }
        try AtomicFile.write(Array(text.utf8), to: file, mode: 0o600)
    }

    /// What shows that somebody has a key or a token.
    static func header(_ key: String = AccessUsers.key) -> HTTPHeaders { ["Authorization": "Bearer \(key)"] }
}
