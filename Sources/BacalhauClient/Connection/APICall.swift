/// One request of the API.
struct APICall: Sendable {
    var method: String
    /// Below the endpoint, with percent escapes where needed.
    var path: String
    var query: [(name: String, value: String)] = []
    /// A JSON body.
    var body: [UInt8]?
    /// Whether arriving twice does no harm.
    var isRepeatable: Bool
    /// `nil` is the client's.
    var timeout: Duration?
    /// Whether a refusal leads to a new token; not for the calls that fetch it.
    var authenticates = true
    /// Statuses besides the successful ones whose body is an answer, not an error.
    var acceptedStatuses: Set<Int> = []

    static func get(_ path: String, _ query: [(name: String, value: String)] = []) -> APICall {
        APICall(method: "GET", path: path, query: query, isRepeatable: true)
    }

    static func send(_ method: String, _ path: String, body: [UInt8], isRepeatable: Bool = false) -> APICall {
        APICall(method: method, path: path, body: body, isRepeatable: isRepeatable)
    }

    /// Path and query as they stand in the request line.
    var target: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { URLText.escaped($0.name) + "=" + URLText.escaped($0.value) }
        return path + "?" + pairs.joined(separator: "&")
    }
}

/// Text in addresses.
enum URLText {
    /// `text` with everything but unreserved characters as percent escapes; also safe as one segment of a path.
    static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.append(byte)
            // A segment of dots alone would name another folder.
            case UInt8(ascii: ".") where text != "." && text != "..": result.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result.append(contentsOf: (byte < 16 ? "%0" : "%").utf8)
                result.append(contentsOf: digits.utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
