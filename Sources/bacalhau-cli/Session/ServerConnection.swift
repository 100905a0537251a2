import BacalhauClient

/// Makes clients from settings.
enum ServerConnection {
    static func client(_ settings: ConnectionSettings, errors: any TextSink) -> BacalhauClient {
        var options = BacalhauClientOptions()
        options.userAgent = "bacalhau-cli"
        options.tls = BacalhauClientOptions.TLSOptions(caFile: settings.authorityFile, insecure: settings.isInsecure)
        if let repository = settings.repository {
            options.authenticator = Repository(path: repository, errors: errors)
        }
        return BacalhauClient(endpoint: settings.endpoint, options: options)
    }
}
