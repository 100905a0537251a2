public import BacalhauModel

/// Provides tokens. Several tasks may ask at once.
public protocol Authenticator: Sendable {
    /// The token from an earlier time, asked for before the first request; `nil` sends the request without.
    func storedToken(for endpoint: String) throws(BacalhauError) -> String?

    /// Gets a token after the server refused a request.
    ///
    /// - Parameters:
    ///   - endpoint: the server.
    ///   - rejected: the token that the server refused; `nil` when none was sent.
    ///   - api: for the calls that lead to a token.
    /// - Returns: a new token; `nil` lets the request fail with what the server said.
    func newToken(for endpoint: String, rejected: String?, using api: AuthAPI) async throws(BacalhauError) -> String?
}
