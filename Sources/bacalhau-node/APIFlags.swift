import BacalhauCore

/// The flags about where the API listens, and for whom.
enum APIFlags {
    /// Takes a flag, if it is one of these.
    ///
    /// - Returns: whether it was.
    /// - Throws: `.badRequest` naming the flag and what is right.
    static func apply(
        _ flag: String, _ value: () throws(BacalhauError) -> String, to configuration: inout NodeConfiguration
    ) throws(BacalhauError) -> Bool {
        switch flag {
        case "--host": setAddress(host: try value(), of: &configuration)
        case "--port": setAddress(port: try port(value(), flag), of: &configuration)
        case "--no-api": configuration.api = nil
        case "--tlscert": setTLS(certificate: try value(), of: &configuration)
        case "--tlskey": setTLS(key: try value(), of: &configuration)
        case "--tls-client-ca": setTLS(clientAuthorities: try value(), of: &configuration)
        case "--auth-file": configuration.access.file = try value()
        case "--allow-origins":
            configuration.access.allowedOrigins += try value().split(separator: ",").map(String.init)
        case "--insecure-no-auth": configuration.allowsOpenAccess = true
        default: return false
        }
        return true
    }

    /// What the environment says of the same.
    static func apply(
        _ environment: [String: String], to configuration: inout NodeConfiguration
    ) throws(BacalhauError) {
        func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let host = text("BACALHAU_SERVER_HOST") { setAddress(host: host, of: &configuration) }
        if let port = text("BACALHAU_SERVER_PORT") {
            setAddress(port: try APIFlags.port(port, "BACALHAU_SERVER_PORT"), of: &configuration)
        }
        if let file = text("BACALHAU_TLS_CERT") { setTLS(certificate: file, of: &configuration) }
        if let file = text("BACALHAU_TLS_KEY") { setTLS(key: file, of: &configuration) }
        if let file = text("BACALHAU_AUTH_FILE") { configuration.access.file = file }
    }

    /// Looks at all of them together, and reads the file of users.
    static func finish(_ configuration: inout NodeConfiguration) throws(BacalhauError) {
        // Half a certificate would be plain HTTP without a word.
        if let tls = configuration.apiTLS, tls.certificateFile.isEmpty || tls.keyFile.isEmpty {
            throw BacalhauError(
                .badRequest, "\(tls.certificateFile.isEmpty ? "--tlscert" : "--tlskey") is missing",
                hint: "HTTPS needs --tlscert and --tlskey, each a PEM file.")
        }
        guard let file = configuration.access.file else { return }
        guard !configuration.allowsOpenAccess else {
            throw BacalhauError(
                .badRequest, "--insecure-no-auth opens the API to everybody, --auth-file to its users only",
                hint: "Leave one of them out; the variable BACALHAU_AUTH_FILE counts as well.")
        }
        let settings = try AccessFile.read(file)
        configuration.access.users = settings.users
        configuration.access.tokenLifetime = settings.tokenLifetime
    }

    static func port(_ text: String, _ name: String) throws(BacalhauError) -> UInt16 {
        guard let port = UInt16(text) else {
            throw BacalhauError(
                .badRequest, "invalid argument \"\(text)\" for \(name): a port is a number from 0 to 65535")
        }
        return port
    }

    private static func setAddress(
        host: String? = nil, port: UInt16? = nil, of configuration: inout NodeConfiguration
    ) {
        let present = configuration.api ?? NodeConfiguration.Endpoint(host: "127.0.0.1", port: 1234)
        configuration.api = NodeConfiguration.Endpoint(host: host ?? present.host, port: port ?? present.port)
    }

    private static func setTLS(
        certificate: String? = nil, key: String? = nil, clientAuthorities: String? = nil,
        of configuration: inout NodeConfiguration
    ) {
        var tls = configuration.apiTLS ?? HTTPServerTLS(certificateFile: "", keyFile: "")
        if let certificate { tls.certificateFile = certificate }
        if let key { tls.keyFile = key }
        if let clientAuthorities { tls.clientAuthoritiesFile = clientAuthorities }
        configuration.apiTLS = tls
    }

    static let usage = """
          --host HOST, --port PORT         where the API listens (default 127.0.0.1:1234; port 0 takes a free one)
          --tlscert FILE, --tlskey FILE    PEM files of a certificate and its key: the API speaks HTTPS
          --tls-client-ca FILE             PEM file of authorities: the API serves only clients with a certificate of one
          --auth-file FILE                 users of the API (YAML; see Docs/Authentication.md): it asks who they are;
                                           read again at SIGHUP
          --insecure-no-auth               allow the API without users on an address that other machines can reach
          --allow-origins ORIGIN,…         sites whose pages may change something on a node without users (* for all);
                                           pages of this machine may
          --no-api                         no API
        """
}
