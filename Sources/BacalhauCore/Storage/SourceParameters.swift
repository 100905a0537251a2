internal import BacalhauModel

/// Reads the parameters of a source; names match in any case, and errors say which parameter is wrong and how.
struct SourceParameters {
    private let source: Source

    init(_ source: Source) { self.source = source }

    /// A text; `nil` when it is not given.
    func text(_ name: String) throws(StorageError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw wrong(name, "must be a string, not a \(value.kind)") }
        return text
    }

    /// A text that must be given and not be empty.
    func requiredText(_ name: String, hint: String) throws(StorageError) -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw .rejected(reason: "source \(source.type) needs the parameter \(name)", hint: hint)
        }
        return text
    }

    /// A boolean, or a text that says `true` or `false`; `false` when it is not given.
    func flag(_ name: String) throws(StorageError) -> Bool {
        switch value(name) {
        case nil: return false
        case .bool(let flag)?: return flag
        case .string(let text)?:
            switch text.lowercased() {
            case "true": return true
            case "false", "": return false
            default: throw wrong(name, "must be true or false, not \(text.debugDescription)")
            }
        case let value?: throw wrong(name, "must be true or false, not a \(value.kind)")
        }
    }

    func wrong(_ name: String, _ what: String, hint: String = "") -> StorageError {
        .rejected(reason: "parameter \(name) of source \(source.type) \(what)", hint: hint)
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = source.params.member(name), !value.isNull else { return nil }
        return value
    }
}
