import BacalhauModel

/// Who sent a request.
struct APICaller: Hashable, Sendable {
    let user: APIUser
    /// When the token that it came with ends; `nil` for credentials without an end.
    let tokenEnd: Timestamp?
}
