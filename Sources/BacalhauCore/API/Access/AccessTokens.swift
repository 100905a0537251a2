import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import FoundationEssentials

/// Makes and reads the tokens that clients get for a login: JSON web tokens (RFC 7519) under a secret of this node.
///
/// A token names a user; what the user may do is looked up when it is used. It ends with its time, and with the
/// credential that it was made for.
struct AccessTokens: Sendable {
    private let secret: [UInt8]
    private let issuer: String
    private let lifetimeSeconds: Int64

    /// What a token says.
    struct Claim: Hashable {
        let user: String
        let fingerprint: String
    }

    /// Tokens of ours are much shorter.
    private static let bytesMax = 4096

    init(secret: [UInt8], nodeID: NodeID, lifetime: Duration) {
        self.secret = secret
        issuer = nodeID.rawValue
        lifetimeSeconds = lifetime.components.seconds
    }

    func token(for user: APIUser, at now: Timestamp) -> String {
        let seconds = now.nanoseconds / 1_000_000_000
        var claims = JSONWriter()
        claims.value([
            "iss": .string(issuer), "sub": .string(user.name), "aud": [.string(issuer)], "iat": .integer(seconds),
            "exp": .integer(seconds + lifetimeSeconds), "cred": .string(user.fingerprint),
        ])
        let text = AccessTokens.header + "." + AccessTokens.encoded(claims.bytes)
        return text + "." + AccessTokens.encoded(code(of: text))
    }

    /// - Returns: `nil` for a text that is no token of this node, or one whose time is over.
    func claim(of token: String, at now: Timestamp) -> Claim? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // One header only: a token that names another algorithm is not ours.
        guard token.utf8.count <= AccessTokens.bytesMax, parts.count == 3, parts[0] == AccessTokens.header,
            let given = AccessTokens.decoded(parts[2]), constantTimeEqual(given, code(of: parts[0] + "." + parts[1])),
            let bytes = AccessTokens.decoded(parts[1]), let claims = (try? JSONParser.parse(bytes).value)?.object,
            claims["iss"]?.string == issuer, case .integer(let end)? = claims["exp"],
            now.nanoseconds / 1_000_000_000 < end, let user = claims["sub"]?.string,
            let fingerprint = claims["cred"]?.string
        else { return nil }
        return Claim(user: user, fingerprint: fingerprint)
    }

    /// What a client has to sign to show that it has its key.
    ///
    /// v1.4.0 takes the node's name, so that a signature once seen is good for ever and for every node that gives
    /// itself that name. This text changes every five minutes and cannot be known before; clients sign what they are
    /// given.
    func phrase(at now: Timestamp) -> [UInt8] { phrase(slot: AccessTokens.slot(now)) }

    /// Whether this is the signature of a phrase of these or the last five minutes.
    func isSigned(_ signature: [UInt8], by key: RSAPublicKey, at now: Timestamp) -> Bool {
        [0, 1].contains { key.isValidSignature(signature, for: phrase(slot: AccessTokens.slot(now) - $0)) }
    }

    private func phrase(slot: Int64) -> [UInt8] {
        let text = "\(issuer) \(slot)"
        return Array(
            "\(text) \(hexadecimal(HMACSHA256.authenticate(Array(("phrase " + text).utf8), key: secret)))".utf8)
    }

    private static func slot(_ now: Timestamp) -> Int64 { now.nanoseconds / 300_000_000_000 }

    private func code(of text: String) -> [UInt8] { HMACSHA256.authenticate(Array(text.utf8), key: secret) }

    // MARK: Base64url

    private static let header = encoded(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    private static func encoded(_ bytes: [UInt8]) -> String {
        String(
            Data(bytes).base64EncodedString().compactMap { character -> Character? in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    private static func decoded(_ text: String) -> [UInt8]? {
        guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while standard.utf8.count % 4 != 0 { standard += "=" }
        return Data(base64Encoded: standard).map(Array.init)
    }
}
