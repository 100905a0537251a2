internal import BacalhauModel

/// A `data:` URL (RFC 2397): a small file in a line of text.
struct DataURL: Hashable, Sendable {
    /// As written, without parameters; `text/plain` when there is none.
    var mediaType: String
    var bytes: [UInt8]

    /// Why a text is not a data URL.
    enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case scheme
        case noComma
        case mediaType(String)
        case parameter(String)
        case base64
        case percent
        case character

        var description: String {
            switch self {
            case .scheme: "does not begin with 'data:'"
            case .noComma: "has no comma in front of its data"
            case .mediaType(let text):
                "has the media type \(text.debugDescription), which is not of the form type/subtype"
            case .parameter(let text): "has the parameter \(text.debugDescription), which is not of the form name=value"
            case .base64: "has data that is not base64 with padding"
            case .percent: "has a % without two hexadecimal digits behind it"
            case .character: "has a blank or control character in its data: write it as %20, or use base64"
            }
        }
    }

    init(_ text: String) throws(Failure) {
        let scheme = "data:"
        guard text.hasPrefix(scheme) else { throw .scheme }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else { throw .noComma }
        let head = String(Substring(rest[..<comma]))
        var parts = head.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        let isBase64 = parts.count > 1 && parts.last == "base64"
        if isBase64 { parts.removeLast() }
        mediaType = try Self.mediaType(parts)
        let data = rest[rest.index(after: comma)...]
        bytes = isBase64 ? try Self.decodeBase64(data) : try Self.decodePercent(data)
    }

    private static func mediaType(_ parts: [String]) throws(Failure) -> String {
        for parameter in parts.dropFirst() {
            let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, isToken(sides[0]) else { throw .parameter(parameter) }
        }
        guard let type = parts.first, !type.isEmpty else { return "text/plain" }
        let names = type.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy(isToken), names[0] == names[0].lowercased() else {
            throw .mediaType(type)
        }
        return type
    }

    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"()<>@,;:\\\"/[]?=".utf8.contains($0) }
    }

    private static func decodeBase64(_ data: Substring.UTF8View) throws(Failure) -> [UInt8] {
        // Some senders percent-encode the characters that base64 and URLs both use.
        let plain = data.contains(UInt8(ascii: "%")) ? try decodePercent(data, allowsBlanks: true) : Array(data)
        guard let bytes = Base64.decode(plain) else { throw .base64 }
        return bytes
    }

    private static func decodePercent(
        _ data: Substring.UTF8View, allowsBlanks: Bool = false
    ) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count)
        var rest = data[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard allowsBlanks || byte > 0x20 && byte != 0x7f else { throw .character }
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexadecimalValue),
                let low = rest.popFirst().flatMap(hexadecimalValue)
            else { throw .percent }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

/// The value of a hexadecimal digit; `nil` for anything else.
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
