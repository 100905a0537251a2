private import COpenSSL

/// Calls `body` with the bytes in one piece, copying them only if they are not.
func withContiguousBytes<Result>(of bytes: some Sequence<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if let result = bytes.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) { return result }
    return Array(bytes).withUnsafeBytes(body)
}

/// Bytes as lower-case hexadecimal digits, two for each byte.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    withContiguousBytes(of: bytes) { buffer in
        String(unsafeUninitializedCapacity: 2 * buffer.count) { text in
            for (index, byte) in buffer.enumerated() {
                text[2 * index] = hexadecimalDigit(byte >> 4)
                text[2 * index + 1] = hexadecimalDigit(byte & 15)
            }
            return 2 * buffer.count
        }
    }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

/// Bytes from the cryptographic random generator of libcrypto, which the kernel seeds.
/// - Parameter count: how many; a negative count gives none.
public func randomBytes(_ count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    if RAND_bytes_ex(nil, &bytes, count, 0) == 1 { return bytes }
    // The generator of the standard library asks the kernel directly and cannot fail.
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
///
/// For secrets: an ordinary comparison tells an attacker how many leading bytes were right.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
