import BacalhauFiles
import BacalhauModel
import BacalhauSupport
import Glibc
import Testing

@testable import BacalhauCore

@Suite struct AccessFileTests {
    private let folder = ScratchFolder()
    private static let clientID = String(repeating: "ab", count: 32)
    private static let hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

    private func parse(_ text: String) throws(BacalhauError) -> AccessSettings {
        try AccessFile.parse(Array(text.utf8), named: "users.yaml")
    }

    @Test func theFormOfNewerConfigurationsIsRead() throws {
        let text = """
            API:
              Auth:
                TokenLifetime: 12h
                Users:
                  - Alias: Operators
                    Username: admin
                    Password: \(AccessFileTests.hash)
                    Capabilities: [{Actions: ["*"]}]
                  - APIKey: 0123456789abcdefghij
                    Capabilities:
                      - Actions: ["read:*"]
                      - Actions: ["write:job"]
                  - alias: old
                    clientid: \(AccessFileTests.clientID)
                    capabilities: [{actions: ["read:job"]}]
            """
        let settings = try parse(text)
        var expected = AccessSettings()
        expected.tokenLifetime = .seconds(12 * 3600)
        expected.users = [
            APIUser(
                alias: "Operators", credential: .password(name: "admin", secret: AccessFileTests.hash),
                actions: [AccessAction(nil, nil)]),
            APIUser(
                credential: .apiKey("0123456789abcdefghij"),
                actions: [AccessAction(.read, nil), AccessAction(.write, .job)]),
            APIUser(
                alias: "old", credential: .clientID(AccessFileTests.clientID), actions: [AccessAction(.read, .job)]),
        ]
        #expect(settings == expected)
    }

    @Test func theOuterLevelsMayBeLeftOut() throws {
        let settings = try parse(#"{"Users":[{"APIKey":"0123456789abcdefghij","Capabilities":[{"Actions":["*"]}]}]}"#)
        #expect(settings.users.map(\.credential) == [.apiKey("0123456789abcdefghij")])
    }

    @Test(arguments: [
        ("", "the file holds keys and values at its top"),
        ("Users: []", "there are no users: an API that asks for credentials needs one"),
        ("API: {Host: x}", "'API' has no 'Auth'"),
        ("API: {Auth: {}}\nCompute: {}", "unknown field: 'Compute' beside 'API'"),
        ("Users: [{Name: x}]", "unknown field: 'Name' in 'Users'"),
        (
            "Users: [{Username: a, Password: b, APIKey: c}]",
            "a user has either Username and Password, or APIKey, or ClientID"
        ),
        ("Users: [{APIKey: c, Capabilities: [{Actions: [fly]}]}]", "unknown action 'fly'"),
        ("TokenLifetime: soon", "'TokenLifetime' is no length of time such as 720h"),
        ("Users: [{APIKey: c}]\nusers: [{APIKey: d}]", "'users' stands here twice (line 2, column 1)"),
        ("Users: [{APIKey: c, Capabilities: [{Actions: ['*'], Actions: []}]}]", "'Actions' stands here twice"),
    ])
    func mistakesAreNamed(text: String, message: String) throws {
        let error = #expect(throws: BacalhauError.self) { try parse(text) }
        #expect(error?.code == .configuration)
        #expect(error?.message.hasPrefix("users.yaml: ") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    /// Passwords begin with anything, and indentation slips.
    @Test(arguments: [
        "Users: [{Username: a, Password: *se-cret7}]", "Users: [{Username: a, Password: !!int se-cret7}]",
        "Users: [{APIKey: a, se-cret7: b}]", "API: {Auth: {}}\nse-cret7: 1",
        "Users: [{APIKey: a, Capabilities: [{Actions: [se-cret7]}]}]", "{Users: [], se-cret7: 1, se-cret7: 2}",
        "Users: [{Username: a, Password: 'se-cret7", "Users:\n - Password: se-cret7: b",
    ])
    func mistakesAreNamedWithoutTellingSecrets(text: String) throws {
        let error = #expect(throws: BacalhauError.self) { try parse(text) }
        #expect(error?.message.contains("se-cret7") == false, "\(error?.message ?? "")")
        #expect(error?.message.contains("line ") == true, "\(error?.message ?? "")")
    }

    @Test(.timeLimit(.minutes(1))) func aPipeIsNotWaitedFor() throws {
        let path = folder.at("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let refusal = BacalhauError(.configuration, "\(path) is not a file", component: "Authorizer")
        #expect(throws: refusal) { try AccessFile.read(path) }
    }

    @Test func aFileThatEverybodyCanReadIsRefused() throws {
        let path = folder.at("users.yaml")
        let text = "Users: [{APIKey: 0123456789abcdefghij, Capabilities: [{Actions: ['*']}]}]"
        try AtomicFile.write(Array(text.utf8), to: path, mode: 0o604)
        let refusal = BacalhauError(
            .configuration, "\(path) holds credentials, and everybody on this machine may use it",
            hint: "Try chmod 600 \(path).", component: "Authorizer")
        #expect(throws: refusal) { try AccessFile.read(path) }
        try AtomicFile.write(Array(text.utf8), to: path, mode: 0o600)
        #expect(try AccessFile.read(path).users.count == 1)
        let missing = BacalhauError(
            .configuration, "\(folder.at("none")): No such file or directory", component: "Authorizer")
        #expect(throws: missing) { try AccessFile.read(folder.at("none")) }
    }

    @Test func whatAUserMustNotBeIsSaidOfAllAtOnce() {
        let all = [AccessAction(nil, nil)]
        let users = [
            APIUser(alias: "A", credential: .password(name: "a:b", secret: "short"), actions: all),
            APIUser(credential: .apiKey("too short"), actions: all),
            APIUser(credential: .clientID("abc"), actions: []),
            APIUser(credential: .password(name: "c", secret: "$2b$12$x"), actions: all),
            APIUser(credential: .password(name: "same", secret: "0123456789"), actions: all),
            APIUser(credential: .password(name: "SAME", secret: "9876543210"), actions: all),
            APIUser(alias: "a\nb", credential: .apiKey("0123456789abcdefghij"), actions: all),
        ]
        let message = """
            user 1 (A): a user name has 1 to 100 letters, digits, dots, underscores, hyphens or @
            user 1 (A): a password has 10 to 255 characters
            user 2: an API key has 20 to 255 visible ASCII characters
            user 3: a client ID has 64 hexadecimal digits
            user 3: may do nothing: give at least one action
            user 4: the password begins like a bcrypt hash but is none
            user 7 (a
            b): an alias has at most 200 bytes, none of them a control character
            user 6: another user has the same name or credential
            """
        let error = BacalhauError(
            .configuration, message, hint: "Correct the users of the API.", component: "Authorizer")
        #expect(throws: error) { try UserDirectory(users) }
    }
}
