/// Who may use the API.
public struct AccessSettings: Hashable, Sendable {
    /// The users; without any the API asks nobody who they are.
    public var users: [APIUser] = []
    /// How long a login lasts, for clients that exchange a password or a signature for a token: whole seconds, from a
    /// minute to ten years.
    public var tokenLifetime: Duration = .seconds(30 * 86_400)

    /// Nobody: an API that is open to all who can reach it.
    public init() {}
}
