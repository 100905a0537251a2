import BacalhauModel

/// One piece of a job's output as it goes over the WebSocket.
public struct LogMessage: WireEncodable, WireDecodable, Hashable, Sendable {
    /// 1 is standard output, 2 is standard error, 0 goes with an error.
    public var type: Int
    /// A piece of output, not always a whole line.
    public var line: String
    /// Why the stream ends early; empty otherwise.
    public var error: String

    /// Makes a piece of output, or with `error` the last message of a stream.
    public init(type: Int, line: String, error: String = "") {
        self.type = type
        self.line = line
        self.error = error
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "LogMessage", in: &context)
        error = reader.string("error", in: &context) ?? ""
        let value = ObjectReader(reader.node("value") ?? DocumentNode(.null), named: "value", in: &context)
        type = value.integer("Type", in: &context) ?? 0
        line = value.string("Line", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("error", unlessEmpty: error)
        writer.name("value")
        writer.beginObject()
        writer.member("Type", type)
        writer.member("Line", line)
        writer.endObject()
        writer.endObject()
    }
}
