public import BacalhauModel

/// One value of a parsed JSON or YAML document, with the place where it stands.
public struct DocumentNode: Sendable {
    public enum Content: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case double(Double)
        case string(String)
        case array([DocumentNode])
        /// In the order of the document; a name may come more than once, then the last one counts.
        case object([Member])
    }

    /// One name and its value.
    public struct Member: Sendable {
        public var name: String
        public var value: DocumentNode
        /// Where the name stands.
        public var position: SourcePosition

        /// Makes a member; without a place of its own the name stands where the value does.
        public init(name: String, value: DocumentNode, position: SourcePosition? = nil) {
            self.name = name
            self.value = value
            self.position = position ?? value.position
        }
    }

    public var content: Content
    public var position: SourcePosition

    public init(_ content: Content, at position: SourcePosition = SourcePosition(line: 0, column: 0)) {
        self.content = content
        self.position = position
    }

    public var isNull: Bool { if case .null = content { true } else { false } }

    /// The value without its places.
    public var value: JSONValue {
        switch content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .array(let nodes): .array(nodes.map(\.value))
        case .object(let members):
            .object(Dictionary(members.map { ($0.name, $0.value.value) }, uniquingKeysWith: { _, last in last }))
        }
    }

    /// What kind of value this is, in the words of v1.4.0's messages.
    public var kind: String {
        switch content {
        case .null: "null"
        case .bool: "bool"
        case .integer, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// The member whose name equals `name` in any case; the last one of several.
    public func member(_ name: String) -> DocumentNode? {
        guard case .object(let members) = content else { return nil }
        return members.last { $0.name.equalsIgnoringASCIICase(name) }?.value
    }
}

/// A place in a text, both counted from 1; 0 when unknown.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    public var line: Int32
    public var column: Int32

    public init(line: Int, column: Int) {
        self.line = Int32(clamping: line)
        self.column = Int32(clamping: column)
    }

    public var description: String { "line \(line), column \(column)" }
}

extension String {
    /// Whether both are the same but for the case of ASCII letters.
    public func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        if self == other { return true }
        return zip(utf8, other.utf8).allSatisfy { left, right in
            left == right || (left | 0x20 == right | 0x20 && (left | 0x20) >= 0x61 && (left | 0x20) <= 0x7A)
        }
    }
}
