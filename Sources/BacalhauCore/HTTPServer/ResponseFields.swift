import BacalhauHTTPClient

/// The handler's header fields as lines for the wire.
struct ResponseFields {
    /// Lines of `Name: value` with their line ends.
    private(set) var bytes: [UInt8] = []
    /// Whether the handler wants the connection closed.
    private(set) var closesConnection = false

    /// `nil` when a name or a value holds what HTTP does not allow there.
    init?(_ headers: HTTPHeaders) {
        var capacity = 0
        for field in headers.fields { capacity += field.name.utf8.count + field.value.utf8.count + 4 }
        bytes.reserveCapacity(capacity)
        for field in headers.fields {
            guard !field.name.utf8.isEmpty, field.name.utf8.allSatisfy(Self.isTokenCharacter),
                field.value.utf8.allSatisfy(Self.isValueCharacter)
            else { return nil }
            if isServerOwned(field) { continue }
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: field.value.utf8)
            bytes.append(UInt8(ascii: "\r"))
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func isServerOwned(_ field: HTTPHeaders.Field) -> Bool {
        // Few names have one of these lengths, so most fields cost one comparison.
        switch field.name.utf8.count {
        case 4: return field.name.lowercased() == "date"
        case 10:
            guard field.name.lowercased() == "connection" else { return false }
            if field.value.lowercased() == "close" { closesConnection = true }
            return true
        case 14: return field.name.lowercased() == "content-length"
        case 17: return field.name.lowercased() == "transfer-encoding"
        default: return false
        }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isValueCharacter(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t")
    }
}
