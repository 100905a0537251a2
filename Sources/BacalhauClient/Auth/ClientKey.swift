import BacalhauCrypto
public import BacalhauModel

/// The key file by which a server knows this client.
public struct ClientKey: ChallengeSigner {
    private let key: RSAKey
    private let path: String

    /// Reads the key file (PEM), or makes a key of 2048 bits and a file of mode 0600 when there is none.
    /// - Throws: `configuration` when the file holds no key, `io` when it cannot be read or made.
    public init(path: String) throws(BacalhauError) {
        self.path = path
        do {
            key = try RSAKey.loadOrGenerate(path: path)
        } catch {
            throw ClientKey.failure(error, path)
        }
    }

    /// 64 lower-case hexadecimal digits that stand for the key.
    public var clientID: String { key.publicKey.clientID }

    /// The public half in PKCS #1, as the server wants it.
    public var publicKeyBase64: String { key.publicKey.derBase64 }

    /// A signature of `bytes` by the key.
    public func sign(_ bytes: [UInt8]) throws(BacalhauError) -> [UInt8] {
        do {
            return try key.sign(bytes)
        } catch {
            throw ClientKey.failure(error, path)
        }
    }

    private static func failure(_ error: CryptoError, _ path: String) -> BacalhauError {
        switch error {
        case .malformedKey, .unsupportedKey:
            BacalhauError(
                .configuration, "the key file \(path): \(error)", hint: "remove it to get a new key",
                component: "Client")
        case .file, .library: BacalhauError(.io, error.description, component: "Client")
        }
    }
}
