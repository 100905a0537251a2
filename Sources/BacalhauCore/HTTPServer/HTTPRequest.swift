/// One request, with its whole body.
public struct HTTPRequest: Sendable {
    public var method: String
    /// Path and query as they were sent.
    public var target: String
    /// The path with percent-encoding resolved.
    public var path: String
    /// The query's parameters in order, decoded.
    public var query: [(name: String, value: String)]
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var remoteAddress: String
    /// Whether this is a correct WebSocket handshake, so that it may be answered by one.
    public var isWebSocketUpgrade: Bool

    /// Makes a request from its parts; the target is taken apart here.
    public init(
        method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        remoteAddress: String = "", isWebSocketUpgrade: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.isWebSocketUpgrade = isWebSocketUpgrade
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        path = HTTPRequest.decoded(parts[0], plusIsBlank: false)
        query = []
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? HTTPRequest.decoded(sides[1], plusIsBlank: true) : ""
            query.append((HTTPRequest.decoded(sides[0], plusIsBlank: true), value))
        }
    }

    /// The first value of a header field; names match in any case.
    public func header(_ name: String) -> String? {
        let wanted = name.utf8
        return headers.first { field in
            field.name.utf8.count == wanted.count
                && zip(field.name.utf8, wanted).allSatisfy { HTTPRequest.lower($0) == HTTPRequest.lower($1) }
        }?.value
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// Resolves `%XX`; what is not two hexadecimal digits stays as it is.
    private static func decoded(_ text: Substring.UTF8View, plusIsBlank: Bool) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(Substring(text))
        }
        var bytes: [UInt8] = []
        let source = Array(text)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
                let value = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
                continue
            }
            bytes.append(source[index] == UInt8(ascii: "+") && plusIsBlank ? 0x20 : source[index])
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
