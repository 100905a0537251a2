private import COpenSSL

/// Which digest a ``DigestContext`` computes.
enum DigestAlgorithm {
    case sha1
    case sha256
}

/// Owns one digest computation of libcrypto.
///
/// Sendable because its owners change it only while they hold the sole reference (``SHA256`` copies before writing,
/// the one-shot functions never share it) and copying reads it only.
final class DigestContext: @unchecked Sendable {
    /// Looking up an algorithm takes a lock and a search, so it is done once for each. Nothing changes it afterwards, and
    /// libcrypto lets all threads use it.
    nonisolated(unsafe) private static let sha1: OpaquePointer? = EVP_MD_fetch(nil, "SHA1", nil)
    nonisolated(unsafe) private static let sha256: OpaquePointer? = EVP_MD_fetch(nil, "SHA256", nil)

    private let context: OpaquePointer

    init(_ algorithm: DigestAlgorithm) {
        context = Self.allocate()
        let method = algorithm == .sha1 ? Self.sha1 : Self.sha256
        precondition(EVP_DigestInit_ex2(context, method, nil) == 1, "libcrypto offers no \(algorithm)")
    }

    private init(copying original: OpaquePointer) {
        context = Self.allocate()
        precondition(EVP_MD_CTX_copy_ex(context, original) == 1, "out of memory")
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    func copy() -> DigestContext {
        DigestContext(copying: context)
    }

    func update(_ buffer: UnsafeRawBufferPointer) {
        guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
        _ = EVP_DigestUpdate(context, base, buffer.count)
    }

    /// Ends the computation; the context is of no use afterwards.
    func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            _ = EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            count = Int(length)
        }
    }

    /// Running out of memory ends the process here as it does in Swift's own allocations.
    private static func allocate() -> OpaquePointer {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        return context
    }
}
