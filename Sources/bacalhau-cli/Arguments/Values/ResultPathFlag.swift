import BacalhauModel

/// Reads `-o`: `name:path`.
enum ResultPathFlag {
    static func read(_ text: String) throws(ValueError) -> ResultPath {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValueError(message: "invalid output volume: \(text.excerpt()) (write name:path)")
        }
        return ResultPath(name: String(parts[0]), path: String(parts[1]))
    }
}
