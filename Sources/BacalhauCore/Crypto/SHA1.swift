private import COpenSSL

/// The SHA-1 digest, for protocols that ask for it (the WebSocket handshake). It protects nothing: use ``SHA256``.
public enum SHA1 {
    /// Length of a digest in bytes.
    public static let byteCount = 20

    /// The digest of a whole message.
    public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let context = DigestContext(.sha1)
        withContiguousBytes(of: bytes) { context.update($0) }
        return context.finish()
    }
}
