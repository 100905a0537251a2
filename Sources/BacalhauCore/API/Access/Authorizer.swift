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
    func admit(_ request: HTTPRequest, to rule: AccessRule) async throws(BacalhauError) -> APICaller? {
        guard case .needs(let action) = rule else { return nil }
        let users = users
        guard !users.isEmpty else {
            if request.escapesPageRules { try origins.admit(request) }
            return nil
        }
        let caller: APICaller
        switch try credential(of: request) {
        case .password(let name, let password):
            // Browsers send passwords by themselves, and their WebSockets ask no page's server for leave.
            if request.isWebSocketHandshake { try origins.admit(request) }
            let user = try await user(named: name, password: password, from: request.remoteAddress)
            guard let user else { throw Authorizer.notKnown }
            caller = APICaller(user: user, tokenEnd: nil)
        case .bearer(let text): caller = try self.caller(bearing: text, among: users)
        }
        try caller.user.check(action)
        return caller
    }

    /// Whether a request could pass, told without waiting: passwords are not looked at.
    func mayAdmit(_ request: HTTPRequest, to rule: AccessRule) -> Bool {
        guard case .needs(let action) = rule else { return true }
        let users = users
        do throws(BacalhauError) {
            guard !users.isEmpty else {
                if request.escapesPageRules { try origins.admit(request) }
                return true
            }
            if case .bearer(let text) = try credential(of: request) {
                try caller(bearing: text, among: users).user.check(action)
            }
            return true
        } catch {
            return false
        }
    }

    /// Whether who sent an admitted request still may: calls that go on for long ask again.
    func stillAdmits(_ request: APIRequest) -> Bool {
        guard case .needs(let action) = request.access else { return true }
        let users = users
        guard let caller = request.caller else { return users.isEmpty }
        if let end = caller.tokenEnd, end <= clock.now() { return false }
        let present = users.user(named: caller.user.name)
        return present?.credential == caller.user.credential && present?.mayDo(action) == true
    }

    /// Checks a name and a password that came in a login instead of a header.
    func user(named name: String, password: String, from address: String) async throws(BacalhauError) -> APIUser? {
        try await passwords.user(
            named: name, password: password, among: users, from: ClientNetwork.name(of: address))
    }

    /// What a request shows.
    private enum Credential {
        case password(name: String, password: String)
        case bearer(String)
    }

    private func credential(of request: HTTPRequest) throws(BacalhauError) -> Credential {
        guard let header = request.headers["Authorization"], !header.isEmpty else {
            throw BacalhauError.refusal(
                .unauthorized, "the API of this node asks for a credential",
                "Log in, or send an API key or a user name and password.")
        }
        let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
        let text = parts.count == 2 ? parts[1].trimmingBlanks() : ""
        switch parts[0].lowercased() {
        case "basic":
            guard let (name, password) = Authorizer.basic(text) else { throw Authorizer.notKnown }
            return .password(name: name, password: password)
        case "bearer": return .bearer(text)
        default: throw Authorizer.notKnown
        }
    }

    private func caller(bearing text: String, among users: UserDirectory) throws(BacalhauError) -> APICaller {
        guard let claim = tokens.claim(of: text, at: clock.now()) else {
            guard let user = users.user(withKey: text) else { throw Authorizer.notKnown }
            return APICaller(user: user, tokenEnd: nil)
        }
        guard let user = users.user(named: claim.user), tokens.credentialCode(of: user) == claim.credentialCode else {
            throw Authorizer.notKnown
        }
        return APICaller(user: user, tokenEnd: claim.end)
    }

    private static let notKnown = BacalhauError.refusal(
        .unauthorized, "the credential is not, or no longer, known",
        "Log in again, or correct the API key or the user name and password.")

    /// What stands behind `Basic`.
    static func basic(_ text: String) -> (name: String, password: String)? {
        guard let bytes = Data(base64Encoded: text), let pair = String(validating: bytes, as: UTF8.self),
            let colon = pair.firstIndex(of: ":")
        else { return nil }
        return (String(pair[..<colon]), String(pair[pair.index(after: colon)...]))
    }
}

extension HTTPRequest {
    /// Whether a page can do this at any site without its server's leave, or changes something.
    fileprivate var escapesPageRules: Bool { isWebSocketHandshake || method != "GET" && method != "HEAD" }
}

extension APIUser {
    fileprivate func check(_ action: AccessAction) throws(BacalhauError) {
        guard !mayDo(action) else { return }
        throw BacalhauError.refusal(
            .forbidden, "\(name) may not do \(action)", "Ask the operator of the node for this right.")
    }
}

extension BacalhauError {
    fileprivate static func refusal(_ code: Code, _ message: String, _ hint: String) -> BacalhauError {
        BacalhauError(code, message, hint: hint, component: "Authorizer", details: ["reason": message])
    }
}
