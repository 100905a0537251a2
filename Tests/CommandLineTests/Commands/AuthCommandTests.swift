import BacalhauCrypto
import BacalhauTestSupport
import Testing

@testable import BacalhauClient
@testable import bacalhau_cli

/// `auth info` and `auth hash-password`.
@Suite struct AuthCommandTests {
    @Test func theHashOfAPasswordIsPrintedAndNothingElse() async throws {
        var harness = CommandHarness()
        harness.input = "correct horse\nsecond line"
        let outcome = await harness.run("auth", "hash-password")
        #expect(outcome.status == .success)
        #expect(outcome.errors == "")
        let hash = try #require(PasswordHash(text: String(outcome.output.dropLast())))
        #expect(hash.matches("correct horse"))
    }

    @Test(arguments: ["", "too short", String(repeating: "x", count: 73)])
    func aPasswordThatWouldNotDoIsRefused(password: String) async {
        var harness = CommandHarness()
        harness.input = password
        let outcome = await harness.run("auth", "hash-password")
        #expect(outcome.status == .failure)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("a password has at least 10 characters and at most 72 bytes"))
    }

    @Test(arguments: [
        (["BACALHAU_API_KEY": "k", "BACALHAU_API_USERNAME": "ada"], "the API key in BACALHAU_API_KEY"),
        (
            ["BACALHAU_API_USERNAME": "ada", "BACALHAU_API_PASSWORD": "secret"],
            "the password of ada, in BACALHAU_API_PASSWORD"
        ),
        ([:], "none"),
    ])
    func theCredentialOfTheEnvironmentIsNamedAndNotShown(environment: [String: String], text: String) async {
        let result = await CommandProbe.run(["auth", "info"], environment: environment)
        #expect(result.output.contains("Credential:   \(text)\n"), "\(result.output)")
        #expect(!result.output.contains("secret"))
        // Nobody answers there.
        #expect(result.status == .failure)
        #expect(result.errors.contains("could not ask the server how to log in"))
    }

    @Test func aKeyAndATokenAreFoundWhereLoginsKeepThem() async throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let environment = ["BACALHAU_DIR": folder]
        let before = await CommandProbe.run(["auth", "info"], environment: environment)
        #expect(before.output.contains("Client ID:    none yet; \(folder)/user_id.pem is made at the first login\n"))
        let key = try ClientKey(path: folder + "/user_id.pem")
        try TokenStore(path: folder + "/tokens.json").set("t", for: "http://127.0.0.1:1234")
        let after = await CommandProbe.run(["auth", "info"], environment: environment)
        #expect(after.output.contains("Client ID:    \(key.clientID)\n"))
        #expect(after.output.contains("Credential:   a token in \(folder)/tokens.json\n"))
    }

    @Test(arguments: [
        "BACALHAU_API_USERNAME", "BACALHAU_API_PASSWORD", "BACALHAU_API_CLIENT_CERT", "BACALHAU_API_CLIENT_KEY",
    ])
    func halfALoginIsAMistake(variable: String) async {
        let result = await CommandProbe.run(["job", "list"], environment: [variable: "x"])
        #expect(result.status == .failure)
        #expect(result.errors.contains("\(variable) is set, BACALHAU_API_"), "\(result.errors)")
    }
}
