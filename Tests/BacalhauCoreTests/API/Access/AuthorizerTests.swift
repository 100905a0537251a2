import BacalhauCrypto
import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import BacalhauCore

@Suite struct AuthorizerTests {
    private static let key = "0123456789abcdefghij"
    private let clock = TurnedClock()

    private func authorizer(_ users: [APIUser]) throws -> Authorizer {
        var settings = AccessSettings()
        settings.users = users
        return try Authorizer(
            settings, nodeID: NodeID(rawValue: "n-1"), secret: [UInt8](repeating: 1, count: 32), clock: clock)
    }

    private func users(hash: PasswordHash? = nil) -> [APIUser] {
        [
            APIUser(
                alias: "Ada", credential: .password(name: "ada", secret: hash?.text ?? "long enough"),
                actions: [AccessAction(.read, nil)]),
            APIUser(alias: "robot", credential: .apiKey(AuthorizerTests.key), actions: [AccessAction(nil, nil)]),
        ]
    }

    private func rule(_ name: String) throws -> AccessRule {
        try #require(APIRouteTable.routes.first { $0.name == name }).access
    }

    private func admit(
        _ authorizer: Authorizer, _ header: String?, to name: String = "listJobs", from address: String = "192.0.2.1:5"
    ) async throws -> APIUser? {
        let headers: HTTPHeaders = header.map { ["Authorization": $0] } ?? [:]
        return try await authorizer.admit(
            HTTPRequest(method: "GET", target: "/", headers: headers, remoteAddress: address), to: rule(name))?.user
    }

    private func basic(_ name: String, _ password: String) -> String {
        "Basic " + Data("\(name):\(password)".utf8).base64EncodedString()
    }

    @Test func withoutUsersEverybodyMayDoEverything() async throws {
        let authorizer = try authorizer([])
        #expect(try await admit(authorizer, nil, to: "submitJob") == nil)
        #expect(try await admit(authorizer, "Bearer anything", to: "updateNode") == nil)
    }

    @Test func openCallsNeedNothing() async throws {
        #expect(try await admit(try authorizer(users()), nil, to: "agentAlive") == nil)
        #expect(try await admit(try authorizer(users()), "Bearer wrong", to: "listAuthMethods") == nil)
    }

    @Test func eachCredentialLeadsToItsUser() async throws {
        let hash = try #require(PasswordHash(password: "secret:word", cost: 4))
        let authorizer = try authorizer(users(hash: hash))
        #expect(try await admit(authorizer, basic("ADA", "secret:word"))?.name == "ada")
        #expect(try await admit(authorizer, "bearer \(AuthorizerTests.key)")?.name == "robot")
        let ada = try #require(authorizer.users.user(named: "ada"))
        let token = authorizer.tokens.token(for: ada, at: clock.now())
        #expect(try await admit(authorizer, "Bearer \(token)")?.name == "ada")
    }

    @Test(arguments: [
        "Bearer ", "Bearer 0123456789abcdefghi", "Basic ", "Basic %%%", "Basic YWRh", "Digest x", "Bearer",
        "Basic " + Data("ada:wrong".utf8).base64EncodedString(),
        "Basic " + Data("nobody:long enough".utf8).base64EncodedString(),
        "Basic " + Data([0xFF, 0x3A, 0x41]).base64EncodedString(),
    ])
    func anythingElseIsRefused(header: String) async throws {
        let refusal = BacalhauError(
            .unauthorized, "the credential is not, or no longer, known",
            hint: "Log in again, or correct the API key or the user name and password.", component: "Authorizer",
            details: ["reason": "the credential is not, or no longer, known"])
        let authorizer = try authorizer(users())
        await #expect(throws: refusal) { try await admit(authorizer, header) }
    }

    @Test func noCredentialIsRefusedWithAWord() async throws {
        let authorizer = try authorizer(users())
        let error = await #expect(throws: BacalhauError.self) { try await admit(authorizer, nil) }
        #expect(error?.code == .unauthorized)
        #expect(error?.message == "the API of this node asks for a credential")
    }

    @Test func aUserMayDoWhatItsActionsSayAndNoMore() async throws {
        let authorizer = try authorizer(users())
        let ada = basic("ada", "long enough")
        #expect(try await admit(authorizer, ada, to: "listNodes")?.name == "ada")
        let refusal = BacalhauError(
            .forbidden, "ada may not do write:job", hint: "Ask the operator of the node for this right.",
            component: "Authorizer", details: ["reason": "ada may not do write:job"])
        await #expect(throws: refusal) { try await admit(authorizer, ada, to: "submitJob") }
    }

    @Test func aChangedPasswordEndsTokensAndWhatIsRemembered() async throws {
        let old = try #require(PasswordHash(password: "old password", cost: 4))
        let authorizer = try authorizer(users(hash: old))
        let header = basic("ada", "old password")
        let ada = try #require(try await admit(authorizer, header))
        let token = "Bearer " + authorizer.tokens.token(for: ada, at: clock.now())
        #expect(try await admit(authorizer, token)?.name == "ada")
        try authorizer.replaceUsers(users(hash: PasswordHash(password: "new password", cost: 4)))
        for credential in [header, token] {
            let error = await #expect(throws: BacalhauError.self) { try await admit(authorizer, credential) }
            #expect(error?.code == .unauthorized)
        }
        #expect(try await admit(authorizer, basic("ada", "new password"))?.name == "ada")
    }

    @Test func aNodeWithUsersKeepsSome() throws {
        let authorizer = try authorizer(users())
        #expect(throws: BacalhauError.self) { try authorizer.replaceUsers([]) }
        #expect(authorizer.users.user(named: "robot") != nil)
    }

    @Test func whoIsWrongTooOftenHasToWait() async throws {
        let authorizer = try authorizer(users())
        let right = basic("ada", "long enough")
        for _ in 0..<GuessLimit.missesMax {
            let error = await #expect(throws: BacalhauError.self) { try await admit(authorizer, basic("ada", "wrong")) }
            #expect(error?.code == .unauthorized)
        }
        let refusal = BacalhauError(
            .exhausted, "too many wrong passwords from 192.0.2.1", hint: "Try again in a minute.",
            component: "Authorizer", details: ["RetryAfter": "60"])
        await #expect(throws: refusal) { try await admit(authorizer, basic("ada", "wrong")) }
        // The right one would have to wait, too: otherwise it could still be guessed.
        await #expect(throws: refusal) { try await admit(authorizer, right) }
        // Others go on, and so do keys and tokens.
        #expect(try await admit(authorizer, right, from: "192.0.2.2:9")?.name == "ada")
        #expect(try await admit(authorizer, "Bearer \(AuthorizerTests.key)")?.name == "robot")
        clock.turn(.seconds(60))
        #expect(try await admit(authorizer, right)?.name == "ada")
    }

    @Test func aPasswordThatWasRightStaysRightWhileAnotherGuesses() async throws {
        let authorizer = try authorizer(users())
        #expect(try await admit(authorizer, basic("ada", "long enough"))?.name == "ada")
        for _ in 0...GuessLimit.missesMax {
            await #expect(throws: BacalhauError.self) { try await admit(authorizer, basic("ada", "wrong")) }
        }
        #expect(try await admit(authorizer, basic("ada", "long enough"))?.name == "ada")
    }

    @Test func pagesOfOtherSitesOnlyReadAnOpenNode() async throws {
        let authorizer = try authorizer([])
        let headers: HTTPHeaders = ["Origin": "https://evil.example", "Host": "127.0.0.1:1234"]
        let get = try HTTPRequest(method: "GET", target: "/", headers: headers)
        #expect(try await authorizer.admit(get, to: rule("listJobs")) == nil)
        for request in [
            try HTTPRequest(method: "PUT", target: "/", headers: headers),
            try HTTPRequest(method: "GET", target: "/", headers: headers, isWebSocketHandshake: true),
        ] {
            let error = await #expect(throws: BacalhauError.self) {
                try await authorizer.admit(request, to: rule("jobLogs"))
            }
            #expect(error?.code == .forbidden)
        }
    }

    /// A browser that remembers a password sends it with any page's WebSocket.
    @Test func aPageOfAnotherSiteOpensNoWebSocketWithThePasswordOfTheBrowser() async throws {
        let authorizer = try authorizer(users())
        func connect(_ credential: String, _ origin: String?, isWebSocket: Bool = true) async throws -> APICaller? {
            var headers: HTTPHeaders = ["Authorization": credential, "Host": "192.0.2.9:1234"]
            if let origin { headers["Origin"] = origin }
            let request = try HTTPRequest(
                method: "GET", target: "/", headers: headers, isWebSocketHandshake: isWebSocket)
            return try await authorizer.admit(request, to: rule("jobLogs"))
        }
        let password = basic("ada", "long enough")
        let error = await #expect(throws: BacalhauError.self) { try await connect(password, "https://evil.example") }
        #expect(error?.code == .forbidden)
        #expect(try await connect(password, nil) != nil)
        #expect(try await connect(password, "http://192.0.2.9:1234") != nil)
        #expect(try await connect(password, "https://evil.example", isWebSocket: false) != nil)
        #expect(try await connect("Bearer \(AuthorizerTests.key)", "https://evil.example") != nil)
    }

    @Test func bodiesOfWhoWillBeRefusedAreNotWaitedFor() throws {
        let authorizer = try authorizer(users())
        let robot = "Bearer \(AuthorizerTests.key)"
        let ada = try #require(authorizer.users.user(named: "ada"))
        let reader = "Bearer " + authorizer.tokens.token(for: ada, at: clock.now())
        for (header, isWorthIt) in [
            (nil, false), ("Bearer wrong", false), ("Digest x", false), ("Basic %%%", false), (robot, true),
            (reader, false), (basic("nobody", "x"), true), (basic("ada", "long enough"), true),
        ] {
            let headers: HTTPHeaders = header.map { ["Authorization": $0] } ?? [:]
            let request = try HTTPRequest(method: "PUT", target: "/", headers: headers)
            #expect(try authorizer.mayAdmit(request, to: rule("submitJob")) == isWorthIt, "\(header ?? "none")")
        }
        #expect(try authorizer.mayAdmit(HTTPRequest(method: "POST", target: "/"), to: rule("authenticate")))
    }

    @Test func aCallThatGoesOnEndsWithItsToken() async throws {
        let authorizer = try authorizer(users())
        let ada = try #require(authorizer.users.user(named: "ada"))
        func request(_ credential: String) async throws -> APIRequest {
            let http = try HTTPRequest(method: "GET", target: "/", headers: ["Authorization": credential])
            let rule = try rule("jobLogs")
            return APIRequest(
                http: http, values: [:], caller: try await authorizer.admit(http, to: rule), access: rule)
        }
        let byToken = try await request("Bearer " + authorizer.tokens.token(for: ada, at: clock.now()))
        let byKey = try await request("Bearer \(AuthorizerTests.key)")
        #expect(authorizer.stillAdmits(byToken))
        clock.turn(AccessSettings().tokenLifetime)
        #expect(!authorizer.stillAdmits(byToken))
        #expect(authorizer.stillAdmits(byKey))
    }

    @Test func tokensLastFromAMinuteToTenYears() {
        for seconds: Int64 in [0, 59, 315_360_001, -1] {
            var settings = AccessSettings()
            settings.tokenLifetime = .seconds(seconds)
            #expect(throws: BacalhauError.self) {
                try Authorizer(settings, nodeID: NodeID(rawValue: "n"), secret: [], clock: clock)
            }
        }
    }
}
