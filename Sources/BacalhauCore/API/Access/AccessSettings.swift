/// Who may use the API.
public struct AccessSettings: Hashable, Sendable {
    /// The users; without any the API asks nobody who they are.
    public var users: [APIUser] = []
    /// The file of the users, for programs that read it with ``AccessFile``; the node itself does not look at it.
    public var file: String?
    /// How long a login lasts, for clients that exchange a password or a signature for a token: whole seconds, from a
    /// minute to ten years.
    public var tokenLifetime: Duration = .seconds(30 * 86_400)
    /// The sites whose pages may change something while there are no users, besides those of this machine:
    /// `https://ui.example.org:8443`, or `*` for all. With users a page needs their credential.
    public var allowedOrigins: [String] = []

    /// Nobody: an API that is open to all who can reach it.
    public init() {}
}
