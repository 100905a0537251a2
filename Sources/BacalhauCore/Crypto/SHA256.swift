private import COpenSSL

/// The SHA-256 digest, all at once or piece by piece.
///
/// A value can be copied while it is being fed: each copy goes on by itself.
public struct SHA256: Sendable {
    /// Length of a digest in bytes.
    public static let byteCount = 32

    private var context = DigestContext(.sha256)

    /// Starts the digest of an empty message.
    public init() {}

    /// Adds bytes to the message.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        withContiguousBytes(of: bytes) { buffer in
            update(buffer)
        }
    }

    /// Adds the bytes of a buffer to the message.
    public mutating func update(_ buffer: UnsafeRawBufferPointer) {
        if !isKnownUniquelyReferenced(&context) { context = context.copy() }
        context.update(buffer)
    }

    /// The digest of everything added so far; more may be added afterwards.
    public func finalize() -> [UInt8] {
        context.copy().finish()
    }

    /// The digest of everything added so far as 64 lower-case hexadecimal digits.
    public func hexDigest() -> String {
        hexadecimal(finalize())
    }

    /// The digest of a whole message.
    public static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let context = DigestContext(.sha256)
        withContiguousBytes(of: bytes) { context.update($0) }
        return context.finish()
    }

    /// The digest of a whole message as 64 lower-case hexadecimal digits.
    public static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
        hexadecimal(hash(bytes))
    }
}
