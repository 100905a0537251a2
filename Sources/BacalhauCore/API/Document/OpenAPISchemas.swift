import BacalhauModel
import BacalhauSupport

/// The schemas of the OpenAPI document.
enum OpenAPISchemas {
    /// All schemas by name; a text that is not JSON would give none, which a test rules out.
    static let all: [String: JSONValue] = [jobs, executions, nodes, messages].reduce(into: [:]) { all, text in
        let parsed = (try? JSONParser.parse(Array(text.utf8)))?.value.object ?? [:]
        all.merge(parsed) { first, _ in first }
    }
}
