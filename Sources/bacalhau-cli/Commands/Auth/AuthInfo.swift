import BacalhauClient
import BacalhauModel

/// `auth info`
enum AuthInfo {
    static let command = Command(
        "auth info", "Show which credential is used, and which ones the server takes",
        details: """
            A credential in the environment comes first: BACALHAU_API_KEY, or BACALHAU_API_USERNAME with
            BACALHAU_API_PASSWORD. Without one the program logs in when the server asks: with the client's key when the
            server knows its client ID, otherwise by asking for a password or an API key; the token that comes of it is
            kept.
            """, flags: OutputFlags.single
    ) { arguments, context in
        let settings = try ConnectionSettings(arguments, environment: context.environment)
        try line("Server", settings.endpoint, context)
        try line("Credential", credential(settings), context)
        if let repository = settings.repository {
            try line("Client ID", clientID(repository), context)
        }
        let methods = try await failing("could not ask the server how to log in") {
            () async throws(BacalhauError) in try await context.connect(settings).auth.methods()
        }
        let names = methods.map { "\($0.name) (\(kind($0)))" }.joined(separator: ", ")
        try line("Server takes", names.isEmpty ? "no logins" : names, context)
        return .success
    }

    private static func line(_ title: String, _ text: String, _ context: CommandContext) throws(SinkClosed) {
        let column = 14
        try context.output.line(title + ":" + String(repeating: " ", count: column - title.count - 1) + text)
    }

    private static func credential(_ settings: ConnectionSettings) throws(BacalhauError) -> String {
        switch settings.credential {
        case .apiKey?: return "the API key in \(ConnectionSettings.keyVariable)"
        case .password(let name, _)?: return "the password of \(name), in \(ConnectionSettings.passwordVariable)"
        case nil:
            guard let repository = settings.repository else { return "none" }
            let path = Repository.tokenFile(in: repository)
            let token = try TokenStore(path: path).token(for: settings.endpoint)
            return token == nil ? "none yet; the program logs in when the server asks" : "a token in \(path)"
        }
    }

    private static func clientID(_ repository: String) throws(BacalhauError) -> String {
        let path = Repository.keyFile(in: repository)
        guard FileReader.isRegularFile(path) == true else { return "none yet; \(path) is made at the first login" }
        return try ClientKey(path: path).clientID
    }

    private static func kind(_ method: AuthMethod) -> String {
        switch method.kind {
        case .challenge: "by itself"
        case .ask: "asks"
        case .other(let type): type
        }
    }
}
