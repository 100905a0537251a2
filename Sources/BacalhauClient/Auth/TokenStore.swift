public import BacalhauModel

/// The file that keeps tokens by server: one JSON object from endpoint to token, readable by its owner only.
public struct TokenStore: Sendable {
    /// Where the file is.
    public let path: String

    /// Names the file; it need not exist.
    public init(path: String) { self.path = path }

    /// The token for a server; `nil` without one. A missing or empty file has none.
    public func token(for endpoint: String) throws(BacalhauError) -> String? {
        throw BacalhauError(.notImplemented, "not yet")
    }

    /// Keeps a token, or removes it with `nil`. The file is replaced as a whole, with mode 0600.
    public func set(_ token: String?, for endpoint: String) throws(BacalhauError) {
        throw BacalhauError(.notImplemented, "not yet")
    }
}
