public import BacalhauModel

/// Calls that lead to a token.
public struct AuthAPI: Sendable {
    let connection: APIConnection

    /// The server's methods, ordered by name.
    public func methods() async throws(BacalhauError) -> [AuthMethod] {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Signs the method's phrase with the client's key.
    /// - Returns: the token.
    /// - Throws: `unauthorized` with the server's reason.
    public func answer(_ method: AuthMethod, signingWith key: any ChallengeSigner) async throws(BacalhauError) -> String
    {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Answers the method's questions, by name.
    /// - Returns: the token.
    /// - Throws: `unauthorized` with the server's reason.
    public func answer(_ method: AuthMethod, with answers: [String: String]) async throws(BacalhauError) -> String {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
