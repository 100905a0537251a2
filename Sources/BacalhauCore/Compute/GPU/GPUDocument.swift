import BacalhauModel
import BacalhauSupport

/// Reads the JSON of GPU tools, which put warnings in front and write numbers as texts.
enum GPUDocument {
    /// The object that begins with the first line that starts with a brace.
    static func parse(_ output: [UInt8]) throws(GPUToolError) -> DocumentNode {
        let brace = UInt8(ascii: "{")
        let start = output.indices.first { index in
            output[index] == brace && (index == 0 || output[index - 1] == UInt8(ascii: "\n"))
        }
        guard let start else { throw .unreadable("no JSON object") }
        do throws(DocumentError) {
            return try JSONParser.parse(Array(output[start...]))
        } catch {
            throw .unreadable("\(error)")
        }
    }

    static func text(_ node: DocumentNode?) -> String {
        switch node?.content {
        case .string(let text): text.trimmingBlanks()
        default: ""
        }
    }

    static func number(_ node: DocumentNode?) -> UInt64? {
        switch node?.content {
        case .string(let text): UInt64(text.trimmingBlanks())
        case .integer(let value): UInt64(exactly: value)
        default: nil
        }
    }
}
