import BacalhauModel

/// Reads `-p`: `local`, `ipfs`, `s3://bucket/key,opt=region=…` or `s3,opt=bucket=…,opt=key=…`.
enum PublisherFlag {
    static func read(_ text: String) throws(ValueError) -> Publisher {
        var destination = ""
        var options: [String: String] = [:]
        for (index, field) in try CSVRecord.fields(of: text).enumerated() {
            guard let pair = KeyedField(field) else {
                guard index == 0 else {
                    throw ValueError(
                        message: "invalid publisher field \(Values.quoted(field)). Must be a key=value pair")
                }
                destination = field.trimmingBlanks()
                continue
            }
            switch pair.key {
            case "target", "dst", "destination": destination = pair.value.trimmingBlanks()
            case "opt", "option":
                let option = try KeyedField.option(pair.value)
                options[option.name] = option.value
            default:
                throw ValueError(
                    message: "unexpected key \(pair.key.excerpt()) in field \(Values.quoted(field)) (use dst or opt)")
            }
        }
        return try publisher(destination, options)
    }

    private static func publisher(_ destination: String, _ options: [String: String]) throws(ValueError) -> Publisher {
        let uri = SourceURI(destination)
        let type = uri.scheme.isEmpty ? destination.lowercased() : uri.scheme
        switch type {
        case "local", "ipfs": return Publisher(type: type)
        case "s3":
            let bucket = options["bucket"] ?? uri.host
            let key = options["key"] ?? (uri.scheme.isEmpty ? "" : String(uri.path.drop { $0 == "/" }))
            guard !bucket.isEmpty else { throw ValueError(message: "the s3 publisher needs a bucket: s3://bucket/key") }
            guard !key.isEmpty else { throw ValueError(message: "the s3 publisher needs a key: s3://bucket/key") }
            return Publisher(
                type: "s3",
                params: [
                    "Bucket": .string(bucket), "Key": .string(key), "Region": .string(options["region"] ?? ""),
                    "Endpoint": .string(options["endpoint"] ?? ""),
                ])
        default: throw ValueError(message: "unknown publisher type: \(type.excerpt()) (use local, s3 or ipfs)")
        }
    }
}
