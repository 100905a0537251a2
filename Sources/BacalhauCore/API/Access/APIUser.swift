import BacalhauCrypto

/// Somebody who may use the API, and how the node knows them.
public struct APIUser: Hashable, Sendable {
    /// How a user shows who they are: one way each.
    public enum Credential: Hashable, Sendable {
        /// A name, and a password in plain text (10 to 255 characters) or as a bcrypt hash. The name has 1 to 100
        /// letters, digits, `.`, `_`, `-` or `@`; case does not count.
        case password(name: String, secret: String)
        /// A secret text of 20 to 255 visible characters, sent as a bearer token.
        case apiKey(String)
        /// The key pair of a client, by its identifier of 64 hexadecimal digits: clients of v1.4.0 log in with it by
        /// themselves.
        case clientID(String)
    }

    /// What people call the user; names of users without a password must differ by it.
    public var alias: String
    /// How the user is known.
    public var credential: Credential
    /// What the user may do: at least one action.
    public var actions: [AccessAction]

    /// Describes a user. ``AccessSettings`` are checked when the node starts.
    public init(alias: String = "", credential: Credential, actions: [AccessAction]) {
        self.alias = alias
        self.credential = credential
        self.actions = actions
    }

    /// Names the user in tokens and in jobs: the name of the password, else the alias, else a name for the credential.
    public var name: String {
        switch credential {
        case .password(let name, _): name.lowercased()
        case .apiKey(let key): alias.isEmpty ? "key-" + SHA256.hexDigest(of: Array(key.utf8)).prefix(8) : alias
        case .clientID(let id): alias.isEmpty ? "client-" + id.lowercased().prefix(8) : alias
        }
    }

    func mayDo(_ action: AccessAction) -> Bool { actions.contains { $0.covers(action) } }

    /// Changes with the credential. Holds the secret: only codes of it may leave the process.
    var credentialText: String {
        switch credential {
        case .password(let name, let secret): "password \(name.lowercased()) \(secret)"
        case .apiKey(let key): "key \(key)"
        case .clientID(let id): "client \(id.lowercased())"
        }
    }
}
