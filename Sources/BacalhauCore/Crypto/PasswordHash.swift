private import CLinux

#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

/// A bcrypt hash of a password, in its usual text form: `$2b$`, the work, 53 characters.
///
/// bcrypt looks at the first 72 bytes of a password; longer ones are refused rather than cut unseen.
public struct PasswordHash: Hashable, Sendable {
    /// The hash, as it stands in a file of users.
    public let text: String

    /// The work of new hashes: 2¹² rounds, about a quarter of a second.
    public static let usualCost = 12
    /// The most bytes of a password that count.
    public static let passwordBytesMax = 72

    /// Reads a hash of `$2a$`, `$2b$` or `$2y$`; `nil` for any other text.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        let head = bytes.prefix(7)
        guard bytes.count == 60, head.first == dollar, head.dropFirst(1).first == UInt8(ascii: "2"),
            let kind = head.dropFirst(2).first,
            [UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "y")].contains(kind),
            head[3] == dollar, head[6] == dollar,
            let cost = Int(String(decoding: head[4...5], as: UTF8.self)), (4...31).contains(cost),
            bytes.dropFirst(7).allSatisfy(PasswordHash.isDigit)
        else { return nil }
        self.text = text
    }

    /// Hashes a password with a new salt. Takes a quarter of a second of processor time at the usual cost.
    ///
    /// - Parameters:
    ///   - password: in plain text.
    ///   - cost: the logarithm of the work, from 4 to 31.
    /// - Returns: `nil` for a password that is empty, longer than ``passwordBytesMax`` or holds a NUL, or a cost that
    ///   does not exist.
    public init?(password: String, cost: Int = usualCost) {
        guard !password.isEmpty, password.utf8.count <= PasswordHash.passwordBytesMax,
            !password.utf8.contains(0), (4...31).contains(cost)
        else { return nil }
        var hash = [CChar](repeating: 0, count: Int(BAC_PASSWORD_HASH_SIZE))
        let salt = randomBytes(16).map(CChar.init(bitPattern:))
        guard bac_password_hash(password, UInt(cost), salt, &hash) else { return nil }
        text = PasswordHash.string(hash)
    }

    /// Whether the hash was made of this password. Takes as much processor time as making it.
    public func matches(_ password: String) -> Bool {
        guard password.utf8.count <= PasswordHash.passwordBytesMax, !password.utf8.contains(0) else { return false }
        var hash = [CChar](repeating: 0, count: Int(BAC_PASSWORD_HASH_SIZE))
        guard bac_password_rehash(password, text, &hash) else { return false }
        return constantTimeEqual(Array(PasswordHash.string(hash).utf8), Array(text.utf8))
    }

    private static func string(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}

private let dollar = UInt8(ascii: "$")
