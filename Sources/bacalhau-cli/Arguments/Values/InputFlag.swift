import BacalhauModel

/// Reads `-i`: `URI[:/path]` or `src=URI,dst=/path,opt=name=value`, one CSV record.
enum InputFlag {
    /// Where an input appears when no place is given.
    static let defaultTarget = "/inputs"

    static func read(_ text: String) throws(ValueError) -> InputSource {
        var uri = ""
        var target = defaultTarget
        var options: [(name: String, value: String)] = []
        for (index, field) in try CSVRecord.fields(of: text).enumerated() {
            guard let pair = KeyedField(field) else {
                guard index == 0 else {
                    throw ValueError(message: "invalid input field \(Values.quoted(field)). Must be a key=value pair")
                }
                (uri, target) = split(field)
                continue
            }
            switch pair.key {
            case "source", "src": uri = trimmed(pair.value)
            case "target", "dst", "destination": target = trimmed(pair.value)
            case "opt", "option": options.append(try KeyedField.option(pair.value))
            default:
                throw ValueError(
                    message:
                        "unexpected key \(pair.key.excerpt()) in field \(Values.quoted(field)) (use src, dst or opt)")
            }
        }
        return InputSource(source: try source(uri, options), alias: uri, target: target)
    }

    /// Cuts the destination off at the last colon that is followed by `/`, so that a port stays in the URI.
    private static func split(_ field: String) -> (uri: String, target: String) {
        let text = trimmed(field)
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        guard let colon = text[start...].lastIndex(of: ":"), text[text.index(after: colon)...].hasPrefix("/") else {
            return (text, defaultTarget)
        }
        return (trimmed(String(text[..<colon])), trimmed(String(text[text.index(after: colon)...])))
    }

    private static func trimmed(_ text: String) -> String {
        let unwanted: Set<Character> = [" ", "'", "\""]
        guard let first = text.firstIndex(where: { !unwanted.contains($0) }),
            let last = text.lastIndex(where: { !unwanted.contains($0) })
        else { return "" }
        return String(text[first...last])
    }

    private static func source(_ uri: String, _ options: [(name: String, value: String)]) throws(ValueError) -> Source {
        let parsed = SourceURI(uri)
        switch parsed.scheme {
        case "ipfs":
            return Source(type: "ipfs", params: ["CID": .string(parsed.host)])
        case "http", "https":
            guard !parsed.host.isEmpty, !parsed.path.isEmpty else {
                throw ValueError(message: "the URL \(Values.quoted(uri)) needs a host and a path")
            }
            return Source(type: "urlDownload", params: ["URL": .string(uri)])
        case "s3": return try s3(parsed, options)
        case "file": return try localDirectory(parsed, options)
        case "git", "gitlfs": throw ValueError(message: "unsupported type: \(parsed.scheme.excerpt())")
        default:
            throw ValueError(
                message:
                    "unknown storage schema: \(parsed.scheme.excerpt()) (use ipfs://, http://, https://, s3:// or file://)"
            )
        }
    }

    private static func s3(
        _ uri: SourceURI, _ options: [(name: String, value: String)]
    ) throws(ValueError) -> Source {
        guard !uri.host.isEmpty else { throw ValueError(message: "an s3 input needs a bucket: s3://bucket/key") }
        var params: [String: JSONValue] = [
            "Bucket": .string(uri.host), "Key": .string(String(uri.path.drop { $0 == "/" })), "Filter": "",
            "Region": "", "Endpoint": "", "VersionID": "", "ChecksumSHA256": "",
        ]
        for option in options {
            let value = JSONValue.string(option.value)
            switch option.name {
            case "region": params["Region"] = value
            case "endpoint": params["Endpoint"] = value
            case "filter": params["Filter"] = value
            case "versionID", "version-id", "version_id": params["VersionID"] = value
            case "checksum-256", "checksum256", "checksum_256": params["ChecksumSHA256"] = value
            default: throw ValueError(message: "unknown option \(option.name.excerpt()) of an s3 input")
            }
        }
        return Source(type: "s3", params: params)
    }

    private static func localDirectory(
        _ uri: SourceURI, _ options: [(name: String, value: String)]
    ) throws(ValueError) -> Source {
        var isWritable = false
        for option in options {
            switch option.name {
            case "rw", "read-write", "read_write", "readwrite": isWritable = try Values.bool(option.value)
            default: throw ValueError(message: "unknown option \(option.name.excerpt()) of a file input")
            }
        }
        let path = uri.host + uri.path
        guard !path.isEmpty else { throw ValueError(message: "a file input needs a path: file:///path") }
        return Source(type: "localDirectory", params: ["SourcePath": .string(path), "ReadWrite": .bool(isWritable)])
    }
}

/// A URI cut into scheme, host and the rest.
struct SourceURI {
    let scheme: String
    let host: String
    let path: String

    init(_ text: String) {
        guard let mark = text.firstRange(of: "://") else {
            scheme = ""
            host = ""
            path = text
            return
        }
        scheme = text[..<mark.lowerBound].lowercased()
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        host = String(rest[..<end])
        path = String(rest[end...])
    }
}

/// A field `key=value`, its key in lower case.
struct KeyedField {
    let key: String
    let value: String

    /// `nil` when the field has no `=`.
    init?(_ field: String) {
        guard let mark = field.firstIndex(of: "=") else { return nil }
        key = field[..<mark].lowercased().filter { !$0.isWhitespace }
        value = String(field[field.index(after: mark)...])
    }

    /// Reads the `name=value` behind `opt=`; the name keeps its case.
    static func option(_ text: String) throws(ValueError) -> (name: String, value: String) {
        guard let mark = text.firstIndex(of: "=") else {
            throw ValueError(message: "invalid option \(Values.quoted(text)). Must be a key=value pair")
        }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
}

extension StringProtocol {
    /// The first place of `needle`.
    func firstRange(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
