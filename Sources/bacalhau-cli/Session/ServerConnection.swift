import BacalhauClient
import BacalhauModel
import Glibc

/// Makes clients from settings.
enum ServerConnection {
    static func client(_ settings: ConnectionSettings, errors: any TextSink) -> BacalhauClient {
        var options = BacalhauClientOptions()
        options.userAgent = "bacalhau-cli"
        options.tls = BacalhauClientOptions.TLSOptions(caFile: settings.authorityFile, insecure: settings.isInsecure)
        if let repository = settings.repository {
            options.authenticator = StoredTokenAuthenticator(
                store: TokenStore(path: repository + "/tokens.json"),
                ask: { methods, reason throws(BacalhauError) in
                    let answer = try LoginPrompt(errors: errors).answer(methods, reason)
                    if answer != nil { mkdir(repository, 0o755) }
                    return answer
                })
        }
        return BacalhauClient(endpoint: settings.endpoint, options: options)
    }
}
