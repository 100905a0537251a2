private import COpenSSL

/// A private RSA key, which signs as RSASSA-PKCS1-v1_5 with SHA-256.
public struct RSAKey: Sendable {
    /// The public half.
    public let publicKey: RSAPublicKey
    private let handle: KeyHandle

    private init(_ handle: KeyHandle) throws(CryptoError) {
        self.handle = handle
        publicKey = try RSAPublicKey(handle)
    }

    /// Makes a new key of 2048 bits. Takes some tens of milliseconds of processor time.
    public static func generate() throws(CryptoError) -> RSAKey {
        let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard let context, EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
            EVP_PKEY_generate(context, &key) == 1, let key
        else { throw lastFailure() }
        return try RSAKey(KeyHandle(adopting: key))
    }

    /// Reads a key in PEM form, PKCS#1 or PKCS#8, without a passphrase.
    public init(pem: some Sequence<UInt8>) throws(CryptoError) {
        let key = withContiguousBytes(of: pem) { buffer -> OpaquePointer? in
            guard let bio = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
            defer { BIO_free(bio) }
            // Without a callback libcrypto would ask for a passphrase at the terminal.
            return PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let key else {
            ERR_clear_error()
            throw .malformedKey("no private key in PEM form without a passphrase")
        }
        try self.init(KeyHandle(adopting: key))
    }

    /// Reads a key file.
    public init(path: String) throws(CryptoError) {
        try self.init(pem: KeyFile.read(path))
    }

    /// Reads a key file, or makes a key and its file if there is none. Processes that do so at the same time agree on
    /// one key.
    public static func loadOrGenerate(path: String) throws(CryptoError) -> RSAKey {
        do throws(CryptoError) {
            return try RSAKey(path: path)
        } catch {
            guard isMissing(error) else { throw error }
        }
        let key = try generate()
        do throws(CryptoError) {
            try key.save(path: path)
            return key
        } catch {
            guard isPresent(error) else { throw error }
            return try RSAKey(path: path)
        }
    }

    /// Writes a new key file that only its owner can read (mode 0600), in PKCS#1 PEM form. A file that is there already
    /// is left alone: ``CryptoError/file(path:code:)`` with `EEXIST`.
    public func save(path: String) throws(CryptoError) {
        try KeyFile.create(path, pem())
    }

    /// The key in PKCS#1 PEM form. A secret.
    public func pem() throws(CryptoError) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_secmem()) else { throw lastFailure() }
        defer { BIO_free(bio) }
        guard PEM_write_bio_PrivateKey_traditional(bio, handle.pointer, nil, nil, 0, nil, nil) == 1 else {
            throw lastFailure()
        }
        var start: UnsafeMutablePointer<CChar>?
        let count = bac_bio_contents(bio, &start)
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Signs a message.
    public func sign(_ message: some Sequence<UInt8>) throws(CryptoError) -> [UInt8] {
        guard let signature = withContiguousBytes(of: message, signature(of:)) else { throw lastFailure() }
        return signature
    }

    private func signature(of message: UnsafeRawBufferPointer) -> [UInt8]? {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, handle.pointer) == 1 else { return nil }
        let bytes = message.bindMemory(to: UInt8.self).baseAddress
        var signature = [UInt8](repeating: 0, count: Int(EVP_PKEY_get_size(handle.pointer)))
        var length = signature.count
        guard EVP_DigestSign(context, &signature, &length, bytes, message.count) == 1 else { return nil }
        return Array(signature[..<length])
    }
}
