public import BacalhauModel

/// A private key that can sign; it need not be in this process.
public protocol ChallengeSigner: Sendable {
    /// PKCS#1 DER of the public key.
    var publicKeyDER: [UInt8] { get }
    /// RSASSA-PKCS1-v1_5 with SHA-256 over `bytes`.
    func sign(_ bytes: [UInt8]) throws(BacalhauError) -> [UInt8]
}
