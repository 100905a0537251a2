/// Recognises IPFS content identifiers: version 0 (`Qm…`), and version 1 in base 32, base 58 or base 16.
enum ContentIdentifier {
    static let textBytesMax = 200

    static func isValid(_ text: String) -> Bool {
        guard text.utf8.count <= textBytesMax, let first = text.first else { return false }
        if text.utf8.count == 46, text.hasPrefix("Qm") {
            return base58(text).map { isMultihash($0[...]) } ?? false
        }
        let body = String(text.dropFirst())
        let bytes: [UInt8]? =
            switch first {
            case "b": grouped(body, alphabet: "abcdefghijklmnopqrstuvwxyz234567", bits: 5)
            case "f": grouped(body, alphabet: "0123456789abcdef", bits: 4)
            case "z": base58(body)
            default: nil
            }
        guard var rest = bytes?[...], rest.popFirst() == 1, varint(&rest) != nil else { return false }
        return isMultihash(rest)
    }

    /// A hash code, the length of the digest, and as many bytes.
    private static func isMultihash(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        guard varint(&rest) != nil, let length = varint(&rest) else { return false }
        return length == rest.count && (length >= 16 || length == 0)
    }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var value = 0
        var shift = 0
        while let byte = bytes.popFirst(), shift < 28 {
            value |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    private static func grouped(_ text: String, alphabet: String, bits: Int) -> [UInt8]? {
        let letters = Array(alphabet.utf8)
        var bytes: [UInt8] = []
        var buffer = 0
        var count = 0
        for letter in text.utf8 {
            guard let digit = letters.firstIndex(of: letter) else { return nil }
            buffer = (buffer << bits | digit) & 0xFFFF
            count += bits
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> count))
            }
        }
        return bytes
    }

    private static func base58(_ text: String) -> [UInt8]? {
        let letters = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
        var bytes: [UInt8] = []
        for letter in text.utf8 {
            guard let digit = letters.firstIndex(of: letter) else { return nil }
            var carry = digit
            for index in bytes.indices.reversed() {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            while carry > 0 {
                bytes.insert(UInt8(carry & 0xFF), at: 0)
                carry >>= 8
            }
        }
        return bytes
    }
}
