private import COpenSSL

/// Message authentication with SHA-256 (RFC 2104).
public enum HMACSHA256 {
    /// The 32-byte code of a message under a key of any length.
    public static func authenticate(_ message: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
        withContiguousBytes(of: key) { key in
            withContiguousBytes(of: message) { message in
                code(message: message, key: key)
            }
        }
    }

    private static func code(message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> [UInt8] {
        // A null key means "the key of the previous call" to libcrypto: an empty key needs an address.
        let empty: [UInt8] = [0]
        return empty.withUnsafeBytes { empty in
            [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
                var length: UInt32 = 0
                _ = HMAC(
                    EVP_sha256(), key.baseAddress ?? empty.baseAddress, Int32(clamping: key.count),
                    message.baseAddress, message.count, buffer.baseAddress, &length)
                count = Int(length)
            }
        }
    }
}
