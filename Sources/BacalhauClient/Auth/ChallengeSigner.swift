public import BacalhauModel

/// A private RSA key that can sign; it need not be in this process.
public protocol ChallengeSigner: Sendable {
    /// Standard Base64 of the public key's PKCS#1 DER.
    var publicKeyBase64: String { get }
    /// RSASSA-PKCS1-v1_5 with SHA-256 over `bytes`.
    func sign(_ bytes: [UInt8]) throws(BacalhauError) -> [UInt8]
}
