public import BacalhauModel

/// Uses the token of a ``TokenStore``, and gets a new one when the server wants it: with the client's key when a
/// method takes one, otherwise by asking.
public struct StoredTokenAuthenticator: Authenticator {
    /// Answers the questions of one of several methods; `nil` goes on without a token.
    /// `reason` is the server's answer to the last attempt, `nil` at the first.
    public typealias Ask =
        @Sendable (_ methods: [AuthMethod], _ reason: String?) async throws(BacalhauError) ->
        (method: AuthMethod, answers: [String: String])?

    let store: TokenStore
    let key: (@Sendable () throws(BacalhauError) -> any ChallengeSigner)?
    let ask: Ask?

    /// - Parameters:
    ///   - store: where tokens are kept.
    ///   - key: gives the key when it is needed; `nil` leaves `challenge` methods out.
    ///   - ask: asks a person; `nil` leaves `ask` methods out.
    public init(
        store: TokenStore, key: (@Sendable () throws(BacalhauError) -> any ChallengeSigner)? = nil, ask: Ask? = nil
    ) {
        self.store = store
        self.key = key
        self.ask = ask
    }

    public func token(
        for endpoint: String, rejected: String?, using api: AuthAPI
    ) async throws(BacalhauError) -> String? {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
