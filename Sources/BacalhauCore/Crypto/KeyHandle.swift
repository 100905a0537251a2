internal import COpenSSL

/// Owns a key of libcrypto.
///
/// Sendable because a key is never changed after it was made, and libcrypto allows many threads to sign and verify with
/// one key, each in a context of its own.
final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a key; refuses all but RSA of a sensible size and with the exponent of Bacalhau's keys.
    ///
    /// A client ID names the modulus only. Who could choose the exponent could sign for everybody: with 1, any number is
    /// its own signature.
    init(adopting pointer: OpaquePointer) throws(CryptoError) {
        let bits = EVP_PKEY_get_bits(pointer)
        guard EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA, (2048...8192).contains(bits) else {
            EVP_PKEY_free(pointer)
            throw .unsupportedKey("RSA with 2048 to 8192 bits is needed, not a key of \(bits) bits")
        }
        self.pointer = pointer
        guard try number("e") == [1, 0, 1] else {
            throw .unsupportedKey("RSA with the public exponent 65537 is needed")
        }
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// The modulus as big-endian bytes without leading zeros.
    func modulus() throws(CryptoError) -> [UInt8] { try number("n") }

    /// A number of the key, such as `n` or `e`, as big-endian bytes without leading zeros.
    private func number(_ name: String) throws(CryptoError) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1, let number else { throw lastFailure() }
        defer { BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
        _ = BN_bn2bin(number, &bytes)
        return bytes
    }

    /// The public half as PKCS#1 DER.
    func publicDER() throws(CryptoError) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let length = i2d_PublicKey(pointer, &start)
        guard length > 0, let start else { throw lastFailure() }
        defer { CRYPTO_free(start, #file, #line) }
        return Array(UnsafeBufferPointer(start: start, count: Int(length)))
    }
}

/// The newest error of libcrypto on this thread; the thread's other errors are forgotten.
func lastFailure() -> CryptoError {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    guard code != 0, let reason = ERR_reason_error_string(code) else { return .library("no reason given") }
    return .library(String(cString: reason))
}
