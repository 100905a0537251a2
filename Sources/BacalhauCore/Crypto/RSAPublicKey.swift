import COpenSSL
import FoundationEssentials

/// The public half of an RSA key: checks signatures.
public struct RSAPublicKey: Sendable {
    /// The key as PKCS#1 DER.
    public let der: [UInt8]

    /// Reads the key as Bacalhau's clients send it: standard base64 of the PKCS#1 DER.
    ///
    /// - Throws: `.unreadable` when it is not that.
    public init(derBase64: String) throws(RSAError) {
        guard let data = Data(base64Encoded: derBase64) else { throw .unreadable }
        try self.init(der: Array(data))
    }

    init(der: [UInt8]) throws(RSAError) {
        self.der = der
        guard let key = RSAPublicKey.load(der) else { throw .unreadable }
        EVP_PKEY_free(key)
    }

    /// Whether `signature` is PKCS#1 v1.5 with SHA-256 of `message` by this key.
    public func isValid(signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let key = RSAPublicKey.load(der), let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func load(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_PublicKey(EVP_PKEY_RSA, nil, &start, bytes.count)
        }
    }
}

/// Why a key cannot be used.
public enum RSAError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable
    case file(path: String, code: Int32)
    case failed

    public var description: String {
        switch self {
        case .unreadable: "this is not an RSA key"
        case .file(let path, let code): "the key file \(path) cannot be used (error \(code))"
        case .failed: "the cryptographic library failed"
        }
    }
}
