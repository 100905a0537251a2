import BacalhauModel
import BacalhauSupport

/// What a handler answers.
enum APIResponse: Sendable {
    /// JSON with status 200.
    case json([UInt8])
    case text(String)
    case html(String)
    case status(Int, json: [UInt8])
    /// Goes out as it is.
    case http(HTTPResponse)

    static func value(_ value: some WireEncodable) -> APIResponse { .json(value.json) }

    /// A list of bodies that are JSON already.
    static func list(_ name: StaticString = "Items", _ bodies: [[UInt8]], nextToken: String = "") -> APIResponse {
        var writer = JSONWriter(capacity: bodies.reduce(64) { $0 + $1.count + 1 })
        writer.list(name, bodies, nextToken: nextToken)
        return .json(writer.bytes)
    }
}

extension JSONWriter {
    /// The object that every list answer is.
    mutating func list(_ name: StaticString, _ bodies: [[UInt8]], nextToken: String = "") {
        beginObject()
        member("NextToken", nextToken)
        self.name(name)
        beginArray()
        for body in bodies { raw(body) }
        endArray()
        endObject()
    }
}

/// The body of an error: v1.4.0's members for its clients, v1.9's object for those of its generation.
struct ErrorBody: WireEncodable {
    let error: BacalhauError
    let requestID: String
    let generation: APIGeneration

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch generation {
        case .v19:
            writer.member("Status", error.httpStatus)
            writer.member("Message", error.message)
        case .v14:
            writer.member("error", error.message)
            writer.member("message", error.message)
            writer.member("Status", error.httpStatus)
        }
        writer.member("RequestID", requestID)
        writer.member("Code", error.code.rawValue)
        writer.member("Component", error.component)
        writer.member("Hint", unlessEmpty: error.hint)
        writer.member("Details", unlessEmpty: error.details)
        writer.endObject()
    }
}
