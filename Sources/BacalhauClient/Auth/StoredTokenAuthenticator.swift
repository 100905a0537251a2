public import BacalhauModel

/// Uses the token of a ``TokenStore``, and gets a new one when the server wants it: with the client's key when a
/// method takes one, otherwise by asking.
public struct StoredTokenAuthenticator: Authenticator {
    /// What a person chose and answered.
    public struct Answer: Sendable {
        /// One of those that were offered.
        public var method: AuthMethod
        /// By the question's name.
        public var answers: [String: String]

        /// Puts an answer together.
        public init(method: AuthMethod, answers: [String: String]) {
            self.method = method
            self.answers = answers
        }
    }

    /// Gives the key when it is needed.
    public typealias Key = @Sendable () throws(BacalhauError) -> any ChallengeSigner
    /// Asks a person for one of `methods`; `nil` goes on without a token. `reason` is why the server refused the last
    /// answer, `nil` at the first.
    public typealias Ask = @Sendable (_ methods: [AuthMethod], _ reason: String?) async throws(BacalhauError) -> Answer?

    private let store: TokenStore
    private let key: Key?
    private let ask: Ask?

    /// Makes an authenticator.
    /// - Parameters:
    ///   - store: where tokens are kept.
    ///   - key: `nil` leaves `challenge` methods out.
    ///   - ask: `nil` leaves `ask` methods out.
    public init(store: TokenStore, key: Key? = nil, ask: Ask? = nil) {
        self.store = store
        self.key = key
        self.ask = ask
    }

    /// The token in the file.
    public func storedToken(for endpoint: String) throws(BacalhauError) -> String? { try store.token(for: endpoint) }

    /// The token that another process has kept meanwhile, else one by the key or by asking, which is kept.
    public func newToken(
        for endpoint: String, rejected: String?, using api: AuthAPI
    ) async throws(BacalhauError) -> String? {
        // Another process may have logged in meanwhile.
        if let stored = try store.token(for: endpoint), stored != rejected { return stored }
        do {
            let token = try await login(using: api)
            try store.set(token, for: endpoint)
            return token
        } catch {
            if rejected != nil { try store.set(nil, for: endpoint) }
            throw error
        }
    }

    private func login(using api: AuthAPI) async throws(BacalhauError) -> String? {
        let methods = try await api.methods()
        if let key, let method = methods.first(where: { if case .challenge = $0.kind { true } else { false } }) {
            do {
                return try await api.answer(method, signingWith: try key())
            } catch {
                guard error.code == .unauthorized, ask != nil, methods.contains(where: \.isQuestion) else {
                    throw error
                }
            }
        }
        let questions = methods.filter(\.isQuestion)
        guard let ask, !questions.isEmpty else { throw noCommonMethod(methods) }
        return try await login(using: api, asking: ask, questions)
    }

    private func login(
        using api: AuthAPI, asking ask: Ask, _ methods: [AuthMethod]
    ) async throws(BacalhauError) -> String? {
        var reason: String?
        while let choice = try await ask(methods, reason) {
            do {
                return try await api.answer(choice.method, with: choice.answers)
            } catch {
                guard error.code == .unauthorized else { throw error }
                reason = error.message
            }
        }
        return nil
    }

    private func noCommonMethod(_ methods: [AuthMethod]) -> BacalhauError {
        let offered = methods.map { "\($0.name) (\($0.typeName))" }.joined(separator: ", ")
        let known = (key == nil ? [] : ["challenge"]) + (ask == nil ? [] : ["ask"])
        return BacalhauError(
            .unauthorized,
            "no common way to log in: the server offers \(offered.isEmpty ? "none" : offered), this client can do "
                + (known.isEmpty ? "none" : known.joined(separator: ", ")),
            hint: "ask the operator for a token", component: "Client")
    }
}

extension AuthMethod {
    var isQuestion: Bool { if case .ask = kind { true } else { false } }

    var typeName: String {
        switch kind {
        case .challenge: "challenge"
        case .ask: "ask"
        case .other(let type): type
        }
    }
}
