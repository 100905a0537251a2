import BacalhauModel

/// Which server is asked, and how.
struct ConnectionSettings: Hashable, Sendable {
    static let defaultHost = "127.0.0.1"
    static let defaultPort = 1234

    var host: String
    var port: Int
    var usesTLS: Bool
    /// A PEM file with the authority that signed the server's certificate.
    var authorityFile: String?
    /// What is shown to a server that wants to see a certificate.
    var certificate: Certificate?
    /// Whether any certificate will do.
    var isInsecure: Bool
    /// The folder with keys and tokens; made when something is first kept in it. `nil` when no home is known.
    var repository: String?

    /// What the environment says of the user; `nil` logs in with the key and the tokens of the repository.
    var credential: Credential?

    /// A credential that is sent with each request.
    enum Credential: Hashable, Sendable {
        case apiKey(String)
        case password(userName: String, secret: String)
    }

    /// PEM files of a certificate and its key.
    struct Certificate: Hashable, Sendable {
        let file: String
        let keyFile: String
    }

    /// The server's address, for example `http://127.0.0.1:1234`.
    var endpoint: String {
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(usesTLS ? "https" : "http")://\(name):\(port)"
    }

    /// A flag wins over the environment, the environment over the default.
    init(_ arguments: ParsedArguments, environment: [String: String]) throws(UsageError) {
        func text(_ flag: String, _ variables: [String]) -> String? {
            if let value = arguments.optionalString(flag) { return value }
            return variables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        func bool(_ flag: String, _ variables: [String]) throws(UsageError) -> Bool {
            guard let value = text(flag, variables) else { return false }
            do { return try Values.bool(value) } catch {
                throw UsageError(message: "\(variables[1]): \(error.message)")
            }
        }
        host =
            text("api-host", ["BACALHAU_NODE_CLIENTAPI_HOST", "BACALHAU_API_HOST"]) ?? ConnectionSettings.defaultHost
        let portText = text("api-port", ["BACALHAU_NODE_CLIENTAPI_PORT", "BACALHAU_API_PORT"])
        if let portText {
            guard let port = Int(portText), (1...65_535).contains(port) else {
                throw UsageError(message: "the API port \(Values.quoted(portText)) is not a number from 1 to 65535")
            }
            self.port = port
        } else {
            port = ConnectionSettings.defaultPort
        }
        usesTLS = try bool("tls", ["BACALHAU_NODE_CLIENTAPI_CLIENTTLS_USETLS", "BACALHAU_API_TLS"])
        isInsecure = try bool("insecure", ["BACALHAU_NODE_CLIENTAPI_CLIENTTLS_INSECURE", "BACALHAU_API_INSECURE"])
        authorityFile = text("cacert", ["BACALHAU_NODE_CLIENTAPI_CLIENTTLS_CACERT", "BACALHAU_API_CACERT"])
        repository = ConnectionSettings.repositoryPath(arguments, environment)
        credential = try ConnectionSettings.credential(environment)
        certificate = try ConnectionSettings.pair(
            ConnectionSettings.certificateVariable, ConnectionSettings.certificateKeyVariable, of: environment
        )
        .map { Certificate(file: $0, keyFile: $1) }
        if let authorityFile, FileReader.isRegularFile(authorityFile) == nil {
            throw UsageError(message: "CA certificate file \(Values.quoted(authorityFile)) does not exist")
        }
    }

    private static func credential(_ environment: [String: String]) throws(UsageError) -> Credential? {
        if let key = environment[keyVariable], !key.isEmpty { return .apiKey(key) }
        return try pair(nameVariable, passwordVariable, of: environment).map { .password(userName: $0, secret: $1) }
    }

    /// Two variables that go together; `nil` when neither is set.
    private static func pair(
        _ first: String, _ second: String, of environment: [String: String]
    ) throws(UsageError) -> (String, String)? {
        let values = (environment[first] ?? "", environment[second] ?? "")
        if values.0.isEmpty && values.1.isEmpty { return nil }
        guard !values.0.isEmpty, !values.1.isEmpty else {
            let (given, missing) = values.0.isEmpty ? (second, first) : (first, second)
            throw UsageError(message: "\(given) is set, \(missing) is not: they go together")
        }
        return values
    }

    static let keyVariable = "BACALHAU_API_KEY"
    static let nameVariable = "BACALHAU_API_USERNAME"
    static let passwordVariable = "BACALHAU_API_PASSWORD"
    static let certificateVariable = "BACALHAU_API_CLIENT_CERT"
    static let certificateKeyVariable = "BACALHAU_API_CLIENT_KEY"

    private static func repositoryPath(_ arguments: ParsedArguments, _ environment: [String: String]) -> String? {
        func nonEmpty(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = nonEmpty("HOME")
        if let path = arguments.optionalString("repo") ?? nonEmpty("BACALHAU_DIR") {
            guard let home, path == "~" || path.hasPrefix("~/") else { return path }
            return home + path.dropFirst()
        }
        if nonEmpty("FIL_WALLET_ADDRESS") != nil, let root = nonEmpty("ROOT_DIR") { return root }
        return (home ?? nonEmpty("XDG_CONFIG_HOME")).map { $0 + "/.bacalhau" }
    }
}
