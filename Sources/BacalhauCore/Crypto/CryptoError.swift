/// Why a key could not be used.
public enum CryptoError: Error, Sendable, Equatable {
    /// The text is no key of the expected form.
    case malformedKey(String)
    /// A key, but of another kind or size than RSA with 2048 to 8192 bits.
    case unsupportedKey(String)
    /// A key file could not be read or written; `code` is the system's error number.
    case file(path: String, code: Int32)
    /// The cryptographic library failed.
    case library(String)
}

extension CryptoError: CustomStringConvertible {
    /// What happened, for people.
    public var description: String {
        switch self {
        case .malformedKey(let detail): "malformed key: \(detail)"
        case .unsupportedKey(let detail): "unsupported key: \(detail)"
        case .file(let path, let code): "key file \(path): \(describe(systemError: code))"
        case .library(let detail): "the cryptographic library failed: \(detail)"
        }
    }
}
