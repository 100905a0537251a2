import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import FoundationEssentials
import Testing

@testable import BacalhauCore

@Suite struct AccessTokenTests {
    private let tokens = AccessTokens(
        secret: [UInt8](repeating: 7, count: 32), nodeID: NodeID(rawValue: "n-1"), lifetime: .seconds(3600))
    private let user = APIUser(
        credential: .password(name: "Ada", secret: "0123456789"), actions: [AccessAction(nil, nil)])
    private let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

    @Test func aTokenNamesItsUserUntilItsTimeIsOver() {
        let token = tokens.token(for: user, at: now)
        let claim = AccessTokens.Claim(
            user: "ada", credentialCode: tokens.credentialCode(of: user), end: now + .seconds(3600))
        #expect(tokens.claim(of: token, at: now) == claim)
        #expect(tokens.claim(of: token, at: now + .seconds(3599)) == claim)
        #expect(tokens.claim(of: token, at: now + .seconds(3600)) == nil)
    }

    @Test func aTokenIsAJSONWebToken() throws {
        let parts = tokens.token(for: user, at: now).split(separator: ".").map(String.init)
        #expect(parts.count == 3)
        let header = try #require(Data(base64Encoded: parts[0]))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
        var body = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        while body.utf8.count % 4 != 0 { body += "=" }
        let claims = try JSONParser.parse(Array(#require(Data(base64Encoded: body)))).value
        #expect(
            claims == [
                "iss": "n-1", "aud": ["n-1"], "sub": "ada", "iat": 1_800_000_000, "exp": 1_800_003_600,
                "cred": .string(tokens.credentialCode(of: user)),
            ])
    }

    /// A plain digest of a weak password in a token that was found would tell it.
    @Test func aTokenTellsNothingOfItsCredentialToOtherNodes() {
        let stranger = AccessTokens(
            secret: [UInt8](repeating: 8, count: 32), nodeID: NodeID(rawValue: "n-1"), lifetime: .seconds(3600))
        #expect(stranger.credentialCode(of: user) != tokens.credentialCode(of: user))
        var other = user
        other.credential = .password(name: "ada", secret: "0123456788")
        #expect(tokens.credentialCode(of: other) != tokens.credentialCode(of: user))
    }

    @Test func nobodyElseCanMakeAToken() {
        let token = tokens.token(for: user, at: now)
        let stranger = AccessTokens(
            secret: [UInt8](repeating: 8, count: 32), nodeID: NodeID(rawValue: "n-1"), lifetime: .seconds(3600))
        #expect(stranger.claim(of: token, at: now) == nil)
        let otherNode = AccessTokens(
            secret: [UInt8](repeating: 7, count: 32), nodeID: NodeID(rawValue: "n-2"), lifetime: .seconds(3600))
        #expect(otherNode.claim(of: token, at: now) == nil)
        // Each byte counts.
        for index in token.indices where token[index] != "." {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            // The last digit of a code has bits that stand for nothing.
            guard changed.dropLast() != token.dropLast() else { continue }
            #expect(tokens.claim(of: changed, at: now) == nil)
        }
    }

    @Test func aTokenWithoutASignatureIsNone() {
        let claims = tokens.token(for: user, at: now).split(separator: ".")[1]
        // {"alg":"none","typ":"JWT"}
        let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
        for text in ["\(unsigned).\(claims).", "\(unsigned).\(claims)", "", ".", "..", "a.b.c", "\(claims)"] {
            #expect(tokens.claim(of: text, at: now) == nil, "\(text)")
        }
    }

    @Test func aSignatureCountsForTenMinutesAtMost() throws {
        let key = try RSAKey(pem: Array(RSAVector.pkcs1.utf8))
        let signature = try key.sign(tokens.phrase(at: now))
        #expect(tokens.isSigned(signature, by: key.publicKey, at: now))
        #expect(tokens.isSigned(signature, by: key.publicKey, at: now + .seconds(300)))
        #expect(!tokens.isSigned(signature, by: key.publicKey, at: now + .seconds(600)))
        #expect(!tokens.isSigned(try key.sign(Array("n-1".utf8)), by: key.publicKey, at: now))
        let stranger = AccessTokens(
            secret: [UInt8](repeating: 8, count: 32), nodeID: NodeID(rawValue: "n-1"), lifetime: .seconds(3600))
        #expect(!stranger.isSigned(signature, by: key.publicKey, at: now))
    }
}
