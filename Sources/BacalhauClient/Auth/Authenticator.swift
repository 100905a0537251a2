public import BacalhauModel

/// Provides tokens when a server wants one.
public protocol Authenticator: Sendable {
    /// Called before the first request and after a token was refused.
    ///
    /// - Parameters:
    ///   - endpoint: the server.
    ///   - rejected: the token that the server refused; `nil` when none was sent.
    ///   - api: for the calls that lead to a token.
    /// - Returns: a token that differs from `rejected`, or `nil` to go on without.
    func token(for endpoint: String, rejected: String?, using api: AuthAPI) async throws(BacalhauError) -> String?
}
