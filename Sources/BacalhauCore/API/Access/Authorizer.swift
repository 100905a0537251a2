import BacalhauCrypto
import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import FoundationEssentials
import Synchronization

/// Finds out who sends a request, and whether they may.
final class Authorizer: Sendable {
    let tokens: AccessTokens
    private let directory: Mutex<UserDirectory>
    private let origins: OriginRule
    private let passwords: PasswordChecker
    private let clock: any WallClock

    /// - Parameter secret: what tokens are made with; who knows it can make them.
    /// - Throws: `.configuration` when users are described wrongly.
    init(
        _ settings: AccessSettings, nodeID: NodeID, secret: [UInt8], clock: any WallClock
    ) throws(BacalhauError) {
        guard (60...315_360_000).contains(settings.tokenLifetime.components.seconds) else {
            throw BacalhauError(
                .configuration, "tokens must last from a minute to ten years, not \(settings.tokenLifetime)",
                component: "Authorizer")
        }
        tokens = AccessTokens(secret: secret, nodeID: nodeID, lifetime: settings.tokenLifetime)
        directory = Mutex(try UserDirectory(settings.users))
        origins = OriginRule(settings)
        passwords = PasswordChecker(clock: clock)
        self.clock = clock
    }

    /// The users at this moment.
    var users: UserDirectory { directory.withLock { $0 } }

    /// Whether everybody may do everything.
    var isOpen: Bool { users.isEmpty }

    /// Takes other users from now on. Tokens of those that are not among them end.
    ///
    /// - Throws: `.configuration` when they are described wrongly, or when there are none: an API that asks for
    ///   credentials does not stop to do so while it runs. The old ones stay then.
    func replaceUsers(_ users: [APIUser]) throws(BacalhauError) {
        let new = try UserDirectory(users)
        guard !new.isEmpty || isOpen else {
            throw BacalhauError(
                .configuration, "there are no users left", hint: "Restart the node to open its API to everybody.",
                component: "Authorizer")
        }
        directory.withLock { $0 = new }
    }

    /// Lets a request pass.
    ///
    /// - Returns: who sent it; `nil` for calls and nodes that are open.
    /// - Throws: `.unauthorized` without a credential that counts, `.forbidden` when the user, or on an open node the page
    ///   of another site, may not do this, `.exhausted` after too many wrong passwords.
    func admit(_ request: HTTPRequest, to rule: AccessRule) async throws(BacalhauError) -> APIUser? {
        guard case .needs(let action) = rule else { return nil }
        let users = users
        guard !users.isEmpty else {
            try origins.admit(request)
            return nil
        }
        let user = try await user(request, among: users)
        guard user.mayDo(action) else {
            throw Authorizer.refusal(
                .forbidden, "\(user.name) may not do \(action)", "Ask the operator of the node for this right.")
        }
        return user
    }

    /// Whether who sent an admitted request still may: calls that go on for long ask again.
    func stillAdmits(_ request: APIRequest) -> Bool {
        guard case .needs(let action) = request.access else { return true }
        let users = users
        guard let user = request.user else { return users.isEmpty }
        guard let present = users.user(named: user.name), present.credential == user.credential else { return false }
        return present.mayDo(action)
    }

    /// Checks a name and a password that came in a login instead of a header.
    func user(named name: String, password: String, from address: String) async throws(BacalhauError) -> APIUser? {
        let users = users
        let user = users.user(withPasswordOf: name)
        let isRight = try await passwords.check(
            password, of: user, decoy: users.decoy, from: Authorizer.host(address))
        return isRight ? user : nil
    }

    private func user(_ request: HTTPRequest, among users: UserDirectory) async throws(BacalhauError) -> APIUser {
        guard let header = request.headers["Authorization"], !header.isEmpty else {
            throw Authorizer.refusal(
                .unauthorized, "the API of this node asks for a credential",
                "Log in, or send an API key or a user name and password.")
        }
        let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
        let credential = parts.count == 2 ? parts[1].trimmingBlanks() : ""
        let found: APIUser?
        switch parts[0].lowercased() {
        case "basic":
            guard let (name, password) = Authorizer.basic(credential) else {
                found = nil
                break
            }
            found = try await user(named: name, password: password, from: request.remoteAddress)
        case "bearer": found = bearer(credential, among: users)
        default: found = nil
        }
        guard let found else {
            throw Authorizer.refusal(
                .unauthorized, "the credential is not, or no longer, known",
                "Log in again, or correct the API key or the user name and password.")
        }
        return found
    }

    private func bearer(_ text: String, among users: UserDirectory) -> APIUser? {
        if let claim = tokens.claim(of: text, at: clock.now()) {
            guard let user = users.user(named: claim.user), user.fingerprint == claim.fingerprint else { return nil }
            return user
        }
        return users.user(withKey: text)
    }

    /// What stands behind `Basic`.
    static func basic(_ text: String) -> (name: String, password: String)? {
        guard let bytes = Data(base64Encoded: text), let pair = String(validating: bytes, as: UTF8.self),
            let colon = pair.firstIndex(of: ":")
        else { return nil }
        return (String(pair[..<colon]), String(pair[pair.index(after: colon)...]))
    }

    /// The address without its port.
    private static func host(_ address: String) -> String {
        address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
    }

    private static func refusal(_ code: BacalhauError.Code, _ message: String, _ hint: String) -> BacalhauError {
        BacalhauError(code, message, hint: hint, component: "Authorizer", details: ["reason": message])
    }
}
