import BacalhauClient

/// Makes clients from settings.
enum ServerConnection {
    static func client(_ settings: ConnectionSettings, errors: any TextSink) -> BacalhauClient {
        var options = BacalhauClientOptions()
        options.userAgent = "bacalhau-cli"
        options.tls = BacalhauClientOptions.TLSOptions(
            caFile: settings.authorityFile, clientCertificate: settings.certificate?.file,
            clientKey: settings.certificate?.keyFile, insecure: settings.isInsecure)
        switch settings.credential {
        case .apiKey(let key)?: options.token = key
        case .password(let name, let secret)?:
            options.password = BacalhauClientOptions.Password(userName: name, secret: secret)
        case nil:
            if let repository = settings.repository {
                options.authenticator = Repository(path: repository, errors: errors)
            }
        }
        return BacalhauClient(endpoint: settings.endpoint, options: options)
    }
}
