import BacalhauCrypto
import BacalhauHTTPClient
import BacalhauModel
import FoundationEssentials
import Glibc
import Synchronization
import Testing

@testable import BacalhauClient

@Suite struct AuthFlowTests {
    private static let methods = """
        {"NextToken":"","Methods":{
          "clientkey":{"type":"challenge","params":{"InputPhrase":"bi02YTFk"}},
          "password":{"type":"ask","params":{"required":["user","secret"],
            "properties":{"user":{},"secret":{"writeOnly":true}}}}}}
        """

    /// A server that wants the token `new` and gives it for the right answers.
    private static func server(
        accepting accepted: String = #"{"PhraseSignature":"bi02YTFkIQ==","PublicKey":"a2V5"}"#
    ) -> FakeTransport {
        FakeTransport { request, _ in
            if request.url.hasSuffix("/api/v1/auth") { return .json(methods) }
            if request.url.contains("/api/v1/auth/") {
                return request.bodyText.contains(Data(accepted.utf8).base64EncodedString())
                    ? .json(#"{"Authentication":{"success":true,"token":"new"}}"#)
                    : .json(#"{"Authentication":{"success":false,"reason":"wrong answer"}}"#, status: 401)
            }
            return request.headers["Authorization"] == "Bearer new"
                ? .json(#"{"Status":"OK"}"#) : .json(#"{"message":"invalid token"}"#, status: 401)
        }
    }

    private func client(_ transport: FakeTransport, _ authenticator: any Authenticator) -> BacalhauClient {
        var options = BacalhauClientOptions()
        options.authenticator = authenticator
        return BacalhauClient(transport, options: options)
    }

    private let key: StoredTokenAuthenticator.Key = { () throws(BacalhauError) in EchoKey() }

    @Test func methodsAreReadInOrder() async throws {
        #expect(
            try await BacalhauClient(AuthFlowTests.server()).auth.methods() == [
                AuthMethod(name: "clientkey", kind: .challenge(phrase: Array("n-6a1d".utf8))),
                AuthMethod(
                    name: "password",
                    kind: .ask([.init(name: "user", isSecret: false), .init(name: "secret", isSecret: true)])),
            ])
    }

    @Test func aPasswordIsSentWithEachRequestAndAsksForNoToken() async throws {
        let transport = FakeTransport { request, _ in
            request.headers["Authorization"] == "Basic YWRhOsOkYg=="
                ? .json(#"{"Status":"OK"}"#) : .json(#"{"message":"wrong"}"#, status: 401)
        }
        var options = BacalhauClientOptions()
        options.password = BacalhauClientOptions.Password(userName: "ada", secret: "äb")
        options.authenticator = StoredTokenAuthenticator(
            store: TokenStore(path: "/nowhere/tokens.json"), key: key)
        #expect(try await BacalhauClient(transport, options: options).agent.alive())
        options.password?.secret = "no"
        let error = await #expect(throws: BacalhauError.self) {
            try await BacalhauClient(transport, options: options).agent.alive()
        }
        #expect(error?.code == .unauthorized)
        #expect(transport.calls.count == 2)
    }

    @Test func challengeIsSignedOnceAndTheTokenKept() async throws {
        let file = try TemporaryFile()
        let store = TokenStore(path: file.path)
        let transport = AuthFlowTests.server()
        let first = client(transport, StoredTokenAuthenticator(store: store, key: key))
        #expect(try await first.agent.alive())
        #expect(try await first.agent.alive())
        let alive = "GET /api/v1/agent/alive"
        #expect(
            transport.calls == [alive, "GET /api/v1/auth", "POST /api/v1/auth/clientkey", alive, alive])
        #expect(try store.token(for: FakeTransport.endpoint) == "new")
        // The next program uses it at once.
        let next = AuthFlowTests.server()
        #expect(try await client(next, StoredTokenAuthenticator(store: store, key: key)).agent.alive())
        #expect(next.calls == [alive])
    }

    @Test func refusedStoredTokenIsReplaced() async throws {
        let file = try TemporaryFile()
        let store = TokenStore(path: file.path)
        try store.set("old", for: FakeTransport.endpoint)
        #expect(
            try await client(AuthFlowTests.server(), StoredTokenAuthenticator(store: store, key: key)).agent.alive())
        #expect(try store.token(for: FakeTransport.endpoint) == "new")
    }

    @Test func failedLoginForgetsTheRefusedToken() async throws {
        let file = try TemporaryFile()
        let store = TokenStore(path: file.path)
        try store.set("old", for: FakeTransport.endpoint)
        let transport = AuthFlowTests.server(accepting: "nothing")
        let client = client(transport, StoredTokenAuthenticator(store: store, key: key))
        let error = await problem { try await client.agent.alive() }
        #expect(error?.code == .unauthorized)
        #expect(error?.message == "wrong answer")
        #expect(try file.contents() == Array("{}".utf8))
    }

    @Test func questionsAreAskedAgainWithTheServersReason() async throws {
        let file = try TemporaryFile()
        let reasons = Mutex<[String?]>([])
        let ask: StoredTokenAuthenticator.Ask = { methods, reason throws(BacalhauError) in
            reasons.withLock { $0.append(reason) }
            guard let method = methods.first else { return nil }
            return .init(method: method, answers: ["user": "u", "secret": reason == nil ? "bad" : "good"])
        }
        let transport = AuthFlowTests.server(accepting: #"{"secret":"good","user":"u"}"#)
        let authenticator = StoredTokenAuthenticator(store: TokenStore(path: file.path), ask: ask)
        #expect(try await client(transport, authenticator).agent.alive())
        #expect(reasons.withLock { $0 } == [nil, "wrong answer"])
    }

    @Test func nothingInCommonNamesBothSides() async throws {
        let file = try TemporaryFile()
        let authenticator = StoredTokenAuthenticator(store: TokenStore(path: file.path))
        let error = await problem { try await client(AuthFlowTests.server(), authenticator).agent.alive() }
        #expect(
            error?.message == "no common way to log in: the server offers clientkey (challenge), password (ask), "
                + "this client can do none")
    }

    @Test func withoutAuthenticatorTheRefusalIsTheError() async {
        let error = await problem { try await BacalhauClient(AuthFlowTests.server()).agent.alive() }
        #expect(error?.code == .unauthorized)
        #expect(error?.hint == "the server wants a valid token")
    }

    @Test func tokenFileIsForItsOwnerOnly() throws {
        let file = try TemporaryFile(Array("  \n".utf8))
        chmod(file.path, 0o644)
        let store = TokenStore(path: file.path)
        #expect(try store.token(for: "a:1") == nil)
        try store.set("one", for: "http://a:1/")
        try store.set("two", for: "https://a:1")
        #expect(try store.token(for: "a:1") == "one")
        #expect(try file.contents() == Array(#"{"http://a:1":"one","https://a:1":"two"}"#.utf8))
        var info = stat()
        #expect(stat(file.path, &info) == 0)
        #expect(info.st_mode & 0o777 == 0o600)
        #expect(try TokenStore(path: file.path + ".missing").token(for: "a:1") == nil)
    }

    @Test func damagedTokenFileIsNamed() throws {
        let file = try TemporaryFile(Array("{]".utf8))
        let error = #expect(throws: BacalhauError.self) { try TokenStore(path: file.path).token(for: "a:1") }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(file.path) == true)
    }

    @Test func keyOfAFileSignsWhatItsPublicHalfVerifies() throws {
        let folder = try TemporaryFolder()
        let key = try ClientKey(path: folder.path + "/user_id.pem")
        let again = try ClientKey(path: folder.path + "/user_id.pem")
        #expect(key.clientID == again.clientID)
        let signature = try again.sign(Array("n-1".utf8))
        let publicKey = try RSAPublicKey(derBase64: key.publicKeyBase64)
        #expect(publicKey.isValidSignature(signature, for: "n-1".utf8))
        try folder.write("no.pem", "no key")
        let error = #expect(throws: BacalhauError.self) { try ClientKey(path: folder.path + "/no.pem") }
        #expect(error?.code == .configuration)
    }
}

/// "Signs" by adding an exclamation mark.
private struct EchoKey: ChallengeSigner {
    var publicKeyBase64: String { "a2V5" }
    func sign(_ bytes: [UInt8]) throws(BacalhauError) -> [UInt8] { bytes + Array("!".utf8) }
}
