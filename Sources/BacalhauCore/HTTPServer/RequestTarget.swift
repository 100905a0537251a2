/// The parts of a request target (RFC 9112, 3.2).
struct RequestTarget {
    let rawPath: String
    let path: String
    let query: [HTTPRequest.QueryItem]
    let hasQuery: Bool

    /// `nil` when the target is no absolute path, URL or `*`, or its percent-encoding is broken.
    init?(_ target: String) {
        let bytes = target.utf8
        guard let start = Self.pathStart(target) else { return nil }
        let mark = bytes[start...].firstIndex(of: UInt8(ascii: "?"))
        let raw = bytes[start..<(mark ?? bytes.endIndex)]
        // A URL may have no path, which then is "/".
        rawPath = raw.isEmpty ? "/" : raw.count == bytes.count ? target : String(Substring(raw))
        if rawPath.utf8.contains(UInt8(ascii: "%")) {
            guard let decoded = Self.decoded(rawPath.utf8[...], plusIsSpace: false) else { return nil }
            path = decoded
        } else {
            path = rawPath
        }
        hasQuery = mark != nil
        guard let mark else {
            query = []
            return
        }
        guard let items = Self.items(bytes[bytes.index(after: mark)...]) else { return nil }
        query = items
    }

    private static func pathStart(_ target: String) -> String.Index? {
        if target.utf8.first == UInt8(ascii: "/") || target == "*" { return target.startIndex }
        for scheme in ["http://", "https://"] where target.hasPrefix(scheme) {
            let authority = target.utf8.dropFirst(scheme.utf8.count)
            return authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? authority.endIndex
        }
        return nil
    }

    private static func items(_ query: Substring.UTF8View) -> [HTTPRequest.QueryItem]? {
        var items: [HTTPRequest.QueryItem] = []
        for part in query.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let value = equals.map { part[part.index(after: $0)...] }
            guard let name = decoded(part[..<(equals ?? part.endIndex)], plusIsSpace: true),
                let value = value.map({ decoded($0, plusIsSpace: true) }) ?? ""
            else { return nil }
            items.append(HTTPRequest.QueryItem(name: name, value: value))
        }
        return items
    }

    /// `nil` for broken percent-encoding, and for what is no text: invalid UTF-8 and NUL.
    static func decoded(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue),
                    high << 4 | low != 0
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
