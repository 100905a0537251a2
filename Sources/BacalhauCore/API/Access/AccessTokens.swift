import BacalhauCrypto
import BacalhauModel
import BacalhauSupport

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
        /// Of the credential that it was made for.
        let credentialCode: String
        let end: Timestamp
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
            "exp": .integer(seconds + lifetimeSeconds), "cred": .string(credentialCode(of: user)),
        ])
        let text = AccessTokens.head + Base64URL.encoded(claims.bytes)
        return String(decoding: text + [AccessTokens.dot] + Base64URL.encoded(code(of: text)), as: UTF8.self)
    }

    /// - Returns: `nil` for a text that is no token of this node, or one whose time is over.
    func claim(of token: String, at now: Timestamp) -> Claim? {
        // One header only: a token that names another algorithm is not ours.
        guard token.utf8.count <= AccessTokens.bytesMax, token.utf8.starts(with: AccessTokens.head) else { return nil }
        let bytes = Array(token.utf8)
        guard let end = bytes.lastIndex(of: AccessTokens.dot), end >= AccessTokens.head.count,
            let given = Base64URL.decoded(bytes[(end + 1)...]), constantTimeEqual(given, code(of: bytes[..<end])),
            let body = Base64URL.decoded(bytes[AccessTokens.head.count..<end])
        else { return nil }
        return claim(in: body, at: now)
    }

    private func claim(in body: [UInt8], at now: Timestamp) -> Claim? {
        guard let claims = (try? JSONParser.parse(body).value)?.object, claims["iss"]?.string == issuer,
            case .integer(let end)? = claims["exp"], now.nanoseconds / 1_000_000_000 < end,
            let user = claims["sub"]?.string, let code = claims["cred"]?.string
        else { return nil }
        let endNanoseconds = end.multipliedReportingOverflow(by: 1_000_000_000)
        return Claim(
            user: user, credentialCode: code,
            end: Timestamp(nanoseconds: endNanoseconds.overflow ? .max : endNanoseconds.partialValue))
    }

    /// Stands for the user's credential in a token. Under the node's secret, as tokens are kept in files and logs, and a
    /// plain digest would let a weak password be found by trying.
    func credentialCode(of user: APIUser) -> String {
        String(hexadecimal(code(of: Array("credential \(user.credentialText)".utf8))).prefix(32))
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

    private func code(of text: some Sequence<UInt8>) -> [UInt8] { HMACSHA256.authenticate(text, key: secret) }

    private static let dot = UInt8(ascii: ".")
    private static let head = Base64URL.encoded(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + [dot]
}
