private import COpenSSL

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// A public RSA key, which verifies RSASSA-PKCS1-v1_5 signatures with SHA-256.
public struct RSAPublicKey: Sendable, Equatable {
    /// The key as it goes over the wire: standard base64 of its PKCS#1 DER form.
    public let derBase64: String
    /// Who owns the key: the SHA-256 of its modulus as 64 lower-case hexadecimal digits.
    public let clientID: String
    private let handle: KeyHandle

    init(_ handle: KeyHandle) throws(CryptoError) {
        self.handle = handle
        derBase64 = Data(try handle.publicDER()).base64EncodedString()
        clientID = SHA256.hexDigest(of: try handle.modulus())
    }

    /// Reads a key from the wire: standard base64 of PKCS#1 DER and nothing behind it.
    ///
    /// - Throws: `.malformedKey`; `.unsupportedKey` unless it has 2048 to 8192 bits and the public exponent 65537.
    public init(derBase64: String) throws(CryptoError) {
        guard derBase64.utf8.count <= 4096, let der = Data(base64Encoded: derBase64) else {
            throw .malformedKey("the public key is not base64, or too long")
        }
        let key = withContiguousBytes(of: der) { buffer -> OpaquePointer? in
            var position = buffer.bindMemory(to: UInt8.self).baseAddress
            guard let key = d2i_PublicKey(EVP_PKEY_RSA, nil, &position, buffer.count) else { return nil }
            guard position == buffer.bindMemory(to: UInt8.self).baseAddress.map({ $0 + buffer.count }) else {
                EVP_PKEY_free(key)
                return nil
            }
            return key
        }
        guard let key else {
            ERR_clear_error()
            throw .malformedKey("the public key is not an RSA key in PKCS#1 DER form")
        }
        try self.init(KeyHandle(adopting: key))
    }

    /// Whether the owner of the key signed this message.
    public func isValidSignature(_ signature: some Sequence<UInt8>, for message: some Sequence<UInt8>) -> Bool {
        withContiguousBytes(of: signature) { signature in
            withContiguousBytes(of: message) { message in
                verify(signature, message)
            }
        }
    }

    private func verify(_ signature: UnsafeRawBufferPointer, _ message: UnsafeRawBufferPointer) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, handle.pointer) == 1 else {
            ERR_clear_error()
            return false
        }
        let isValid =
            EVP_DigestVerify(
                context, signature.bindMemory(to: UInt8.self).baseAddress, signature.count,
                message.bindMemory(to: UInt8.self).baseAddress, message.count) == 1
        // A wrong signature leaves errors behind that a later call would take for its own.
        ERR_clear_error()
        return isValid
    }

    /// Equal keys have equal wire forms.
    public static func == (left: RSAPublicKey, right: RSAPublicKey) -> Bool {
        left.derBase64 == right.derBase64
    }
}
