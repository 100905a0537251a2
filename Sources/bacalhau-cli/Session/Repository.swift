import BacalhauClient
import BacalhauModel
import Glibc

/// The user's folder with the client's key and the servers' tokens. It is made, for its owner only, when a server asks
/// for a login; looking for a token makes nothing.
struct Repository: Authenticator {
    private let path: String
    private let logins: StoredTokenAuthenticator

    init(path: String, errors: any TextSink) {
        self.path = path
        let keyFile = Repository.keyFile(in: path)
        logins = StoredTokenAuthenticator(
            store: TokenStore(path: Repository.tokenFile(in: path)),
            key: { () throws(BacalhauError) in try ClientKey(path: keyFile) },
            ask: { methods, reason throws(BacalhauError) in try LoginPrompt(errors: errors).answer(methods, reason) })
    }

    static func keyFile(in path: String) -> String { path + "/user_id.pem" }
    static func tokenFile(in path: String) -> String { path + "/tokens.json" }

    func storedToken(for endpoint: String) throws(BacalhauError) -> String? { try logins.storedToken(for: endpoint) }

    func newToken(
        for endpoint: String, rejected: String?, using api: AuthAPI
    ) async throws(BacalhauError) -> String? {
        try makeDirectory()
        do {
            return try await logins.newToken(for: endpoint, rejected: rejected, using: api)
        } catch {
            var failure = error
            failure.message = "failed to authorize user: \(error.message)"
            throw failure
        }
    }

    private func makeDirectory() throws(BacalhauError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        throw BacalhauError(
            .io, "the repository \(path) cannot be made: \(String(cString: strerror(errno)))",
            hint: "name another folder with --repo or BACALHAU_DIR")
    }
}
