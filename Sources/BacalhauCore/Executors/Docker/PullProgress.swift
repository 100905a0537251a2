internal import BacalhauModel
internal import BacalhauSupport

/// Reads the progress of a pull, one JSON object a line, for the one thing that matters: an error in it.
struct PullProgress: Sendable {
    /// Longer lines are passed over.
    static let lineBytesMax = 1 << 20

    private var line: [UInt8] = []
    private var isOverlong = false
    /// What went wrong, in the engine's words; the first error counts.
    private(set) var failure: String?

    /// Takes the next bytes, cut anywhere.
    mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                finish()
            } else if line.count < Self.lineBytesMax {
                line.append(byte)
            } else {
                isOverlong = true
            }
        }
    }

    /// Takes the last line, which may lack its end.
    mutating func finish() {
        defer {
            line.removeAll(keepingCapacity: true)
            isOverlong = false
        }
        guard failure == nil, !isOverlong, !line.isEmpty, let object = JSONValue(parsing: line)?.object else { return }
        failure = object["errorDetail"]?.object?["message"]?.string ?? object["error"]?.string
    }
}

extension JSONValue {
    /// Parses a document, or answers `nil` when it is none.
    init?(parsing bytes: [UInt8]) {
        do throws(DocumentError) {
            self = try JSONParser.parse(bytes).value
        } catch {
            return nil
        }
    }

    /// The document as bytes.
    var serialized: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
