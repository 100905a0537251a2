public import BacalhauModel

/// One value of a parsed JSON or YAML document, with the place where it stands.
public struct DocumentNode: Sendable {
    /// What a value can be, in JSON as in YAML.
    public enum Content: Sendable {
        /// `null`, in YAML also `~` and nothing at all.
        case null
        /// `true` or `false`, in YAML also `yes`, `off` and the like without quotes.
        case bool(Bool)
        /// A whole number that fits into 64 bits.
        case integer(Int64)
        /// Any other number, always finite; in JSON also a whole one with a fraction or an exponent (`1.0`).
        case double(Double)
        /// Text, with all escapes resolved.
        case string(String)
        /// In the order of the document.
        case array([DocumentNode])
        /// In the order of the document; a name may come more than once, then the last one counts.
        case object([Member])
    }

    /// One name and its value.
    public struct Member: Sendable {
        /// As it is written; its case means nothing to readers.
        public var name: String
        /// What the name stands for.
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

    /// The value itself.
    public var content: Content
    /// Where the value starts.
    public var position: SourcePosition

    /// Makes a value; without a place for one that no text holds.
    public init(_ content: Content, at position: SourcePosition = SourcePosition(line: 0, column: 0)) {
        self.content = content
        self.position = position
    }

    /// Whether it is `null`, which most readers take for an absent value.
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
    /// From 1; 0 when unknown.
    public var line: Int32
    /// From 1; 0 when unknown. JSON counts bytes, YAML characters.
    public var column: Int32

    /// Makes a place; numbers beyond 32 bits become the largest there is.
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
